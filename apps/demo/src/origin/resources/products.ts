import { keyedBy, numericIds, type Resource } from './resource.ts'

interface ProductRow {
  id: number
  name: string
  description: string
  price_cents: number
  stock: number
  updated_at: Date
  category_id: number
  category_slug: string
  brand_id: number
  brand: string
  rating: number | null
  reviews: number
}

export const products: Resource = {
  namespace: 'products',
  route: '/products/:id',
  template: '/products/{1}',
  cacheControl: null,
  async find(db, ids) {
    const { rows } = await db.query<ProductRow>(
      `select p.id, p.name, p.description, p.price_cents, p.stock, p.updated_at,
              c.id as category_id, c.slug as category_slug, b.id as brand_id, b.name as brand,
              r.rating, r.reviews
         from demo.products p
         join demo.categories c on c.id = p.category_id
         join demo.brands b on b.id = p.brand_id
         cross join lateral (select round(avg(rating), 2)::float8 as rating, count(*)::int as reviews
                               from demo.reviews where product_id = p.id) r
        where p.id = any($1::int[])`,
      [numericIds(ids)],
    )
    return keyedBy(
      rows,
      (row) => row.id,
      (row) => ({
        document: {
          id: row.id,
          name: row.name,
          description: row.description,
          price: { amount: row.price_cents / 100, currency: 'EUR' },
          stock: row.stock,
          category: row.category_slug,
          brand: row.brand,
          rating: row.rating,
          reviews: row.reviews,
          updatedAt: row.updated_at.toISOString(),
        },
        tags: [`product-${row.id}`, `category-${row.category_id}`, `brand-${row.brand_id}`],
      }),
    )
  },
}
