import { keyedBy, type Resource } from './resource.ts'

interface SearchRow {
  q: string
  products: { id: number; name: string; brand: string }[]
}

export const searches: Resource = {
  namespace: 'search',
  route: '/search',
  template: '/search?q={1}',
  cacheControl: { maxAgeS: 20, swrS: 60, sieS: 600 },
  async find(db, queries) {
    const { rows } = await db.query<SearchRow>(
      `select asked.q, coalesce(found.products, '[]') as products
         from unnest($1::text[]) as asked(q)
         cross join lateral (
           select json_agg(json_build_object('id', f.id, 'name', f.name, 'brand', f.brand)) as products
             from (select p.id, p.name, b.name as brand
                     from demo.products p join demo.brands b on b.id = p.brand_id
                    where p.words @@ websearch_to_tsquery('english', asked.q)
                    order by ts_rank(p.words, websearch_to_tsquery('english', asked.q)) desc, p.id
                    limit 20) f) found`,
      [queries.filter((q) => q.length > 0 && q.length <= 200)],
    )
    return keyedBy(
      rows,
      (row) => row.q,
      ({ q, products }) => ({ document: { q, products }, tags: products.map(({ id }) => `product-${id}`) }),
    )
  },
}
