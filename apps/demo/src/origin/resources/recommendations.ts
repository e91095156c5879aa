import { keyedBy, numericIds, type Resource } from './resource.ts'

interface RecommendationRow {
  id: number
  products: { id: number; name: string; orders: number }[]
}

/** What else was in the orders of those who bought the same things lately: the shop's most expensive question. */
export const recommendations: Resource = {
  namespace: 'recommendations',
  route: '/users/:id/recommendations',
  template: '/users/{1}/recommendations',
  cacheControl: null,
  async find(db, ids) {
    const { rows } = await db.query<RecommendationRow>(
      `select u.id, coalesce(best.products, '[]') as products
         from demo.users u
         cross join lateral (
           select json_agg(json_build_object('id', p.id, 'name', p.name, 'orders', ranked.orders)
                           order by ranked.orders desc, p.id) as products
             from (select other.product_id, count(distinct other.order_id)::int as orders
                     from (select distinct product_id
                             from (select i.product_id
                                     from demo.orders o join demo.order_items i on i.order_id = o.id
                                    where o.user_id = u.id order by o.placed_at desc limit 10) recent) mine
                     join demo.order_items same on same.product_id = mine.product_id
                     join demo.order_items other on other.order_id = same.order_id
                    where not exists (select from demo.orders o join demo.order_items i on i.order_id = o.id
                                       where o.user_id = u.id and i.product_id = other.product_id)
                    group by other.product_id
                    order by orders desc, other.product_id
                    limit 12) ranked
             join demo.products p on p.id = ranked.product_id) best
        where u.id = any($1::int[])`,
      [numericIds(ids)],
    )
    return keyedBy(
      rows,
      (row) => row.id,
      ({ id, products }) => ({
        document: { user: id, products },
        tags: [`user-${id}`, ...products.map((product) => `product-${product.id}`)],
      }),
    )
  },
}
