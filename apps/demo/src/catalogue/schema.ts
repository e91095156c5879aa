/** The shop's own tables, in a schema of their own: the demo's origin shares a server with the control plane, no more. */
export const CREATE_CATALOGUE = `
  create schema demo;
  create table demo.categories (
    id int primary key, slug text not null unique, name text not null);
  create table demo.brands (
    id int primary key, name text not null, country text not null);
  create table demo.products (
    id int primary key,
    name text not null,
    description text not null,
    category_id int not null references demo.categories,
    brand_id int not null references demo.brands,
    price_cents int not null check (price_cents > 0),
    stock int not null check (stock >= 0),
    created_at timestamptz not null,
    updated_at timestamptz not null,
    words tsvector not null generated always as (to_tsvector('english', name || ' ' || description)) stored);
  create index on demo.products (category_id);
  create index on demo.products using gin (words);
  create table demo.users (
    id int primary key, name text not null, email text not null unique, city text not null, country text not null,
    bio text not null, joined_at timestamptz not null);
  create table demo.orders (
    id int primary key, user_id int not null references demo.users, status text not null, placed_at timestamptz not null);
  create index on demo.orders (user_id);
  create table demo.order_items (
    order_id int not null references demo.orders, product_id int not null references demo.products,
    quantity int not null check (quantity > 0), price_cents int not null, primary key (order_id, product_id));
  create index on demo.order_items (product_id);
  create table demo.reviews (
    id int primary key, product_id int not null references demo.products, user_id int not null references demo.users,
    rating int not null check (rating between 1 and 5), title text not null, body text not null,
    written_at timestamptz not null);
  create index on demo.reviews (product_id, written_at desc);
  create table demo.seeded (version text primary key, at timestamptz not null default now());
`
