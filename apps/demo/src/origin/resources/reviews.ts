import { keyedBy, numericIds, type Resource } from './resource.ts'

interface ReviewsRow {
  id: number
  reviews: { rating: number; title: string; body: string; author: string; writtenAt: string }[]
}

export const reviews: Resource = {
  namespace: 'reviews',
  route: '/reviews/:id',
  template: '/reviews/{1}',
  cacheControl: { maxAgeS: 120, swrS: 600, sieS: 3_600 },
  async find(db, ids) {
    const { rows } = await db.query<ReviewsRow>(
      `select p.id, coalesce(latest.reviews, '[]') as reviews
         from demo.products p
         cross join lateral (
           select json_agg(json_build_object('rating', r.rating, 'title', r.title, 'body', r.body, 'author', r.name,
                                             'writtenAt', r.written_at) order by r.written_at desc) as reviews
             from (select r.*, u.name from demo.reviews r join demo.users u on u.id = r.user_id
                    where r.product_id = p.id order by r.written_at desc limit 20) r) latest
        where p.id = any($1::int[])`,
      [numericIds(ids)],
    )
    return keyedBy(
      rows,
      (row) => row.id,
      ({ id, reviews: latest }) => ({ document: { product: id, reviews: latest }, tags: [`product-${id}`, 'reviews'] }),
    )
  },
}
