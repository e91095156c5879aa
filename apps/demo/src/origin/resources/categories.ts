import { keyedBy, type Resource } from './resource.ts'

interface CategoryRow {
  id: number
  slug: string
  name: string
  products: { id: number; name: string; brand: string }[]
}

export const categories: Resource = {
  namespace: 'categories',
  route: '/categories/:id',
  template: '/categories/{1}',
  cacheControl: null,
  async find(db, slugs) {
    const { rows } = await db.query<CategoryRow>(
      `select c.id, c.slug, c.name,
              json_agg(json_build_object('id', p.id, 'name', p.name, 'brand', b.name) order by p.id) as products
         from demo.categories c
         join demo.products p on p.category_id = c.id
         join demo.brands b on b.id = p.brand_id
        where c.slug = any($1::text[])
        group by c.id`,
      [slugs],
    )
    return keyedBy(
      rows,
      (row) => row.slug,
      ({ id, slug, name, products }) => ({
        document: { slug, name, count: products.length, products },
        tags: [`category-${id}`],
      }),
    )
  },
}
