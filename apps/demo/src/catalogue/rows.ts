/** Rows of the catalogue, named as their columns are, so that a list of them is inserted as one JSON document. */
export interface CatalogueRows {
  categories: { id: number; slug: string; name: string }[]
  brands: { id: number; name: string; country: string }[]
  products: {
    id: number
    name: string
    description: string
    category_id: number
    brand_id: number
    price_cents: number
    stock: number
    created_at: Date
    updated_at: Date
  }[]
  users: { id: number; name: string; email: string; city: string; country: string; bio: string; joined_at: Date }[]
  orders: { id: number; user_id: number; status: string; placed_at: Date }[]
  order_items: { order_id: number; product_id: number; quantity: number; price_cents: number }[]
  reviews: {
    id: number
    product_id: number
    user_id: number
    rating: number
    title: string
    body: string
    written_at: Date
  }[]
}
