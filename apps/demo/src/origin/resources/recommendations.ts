import { keyedBy, numericIds, type Resource } from './resource.ts'

interface RecommendationRow {
  id: number
  products: { id: number; name: string; boughtBy: number }[]
}

/** What those who bought the same things bought as well: the shop's most expensive question. */
export const recommendations: Resource = {
  namespace: 'recommendations',
  route: '/users/:id/recommendations',
  template: '/users/{1}/recommendations',
  cacheControl: null,
  async find(db, ids) {
    const { rows } = await db.query<RecommendationRow>(
      `with bought as (
         select distinct o.user_id, i.product_id
           from demo.orders o join demo.order_items i on i.order_id = o.id
       ), candidates as (
         select mine.user_id, theirs.product_id, count(distinct peer.user_id)::int as bought_by
           from bought mine
           join bought peer on peer.product_id = mine.product_id and peer.user_id <> mine.user_id
           join bought theirs on theirs.user_id = peer.user_id
          where mine.user_id = any($1::int[])
            and not exists (select from bought own
                             where own.user_id = mine.user_id and own.product_id = theirs.product_id)
          group by mine.user_id, theirs.product_id
       ), ranked as (
         select *, row_number() over (partition by user_id order by bought_by desc, product_id) as place
           from candidates
       )
       select u.id,
              coalesce(json_agg(json_build_object('id', p.id, 'name', p.name, 'boughtBy', r.bought_by) order by r.place)
                       filter (where p.id is not null), '[]') as products
         from demo.users u
         left join ranked r on r.user_id = u.id and r.place <= 12
         left join demo.products p on p.id = r.product_id
        where u.id = any($1::int[])
        group by u.id`,
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
