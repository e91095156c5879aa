import type pg from 'pg'
import { CATALOGUE_SIZE } from '../catalogue/size.ts'

/** Moves the prices and stock of some products, popular ones more often, and says which in the end were changed. */
export async function changePrices(db: pg.Pool, count: number): Promise<number[]> {
  const ids = Array.from({ length: count }, () => 1 + Math.floor(CATALOGUE_SIZE.products * Math.random() ** 2.5))
  const { rows } = await db.query<{ id: number }>(
    // In the order of ids, so that two of these at once wait for each other and do not deadlock.
    `with chosen as (select id from demo.products where id = any($1::int[]) order by id for update)
     update demo.products p
        set price_cents = greatest(99, round(p.price_cents * (0.93 + 0.14 * random()))::int),
            stock = case when p.stock = 0 then 20 + floor(random() * 200)::int
                         else greatest(0, p.stock - floor(random() * 6)::int) end,
            updated_at = now()
       from chosen where chosen.id = p.id
     returning p.id`,
    [ids],
  )
  return rows.map(({ id }) => id)
}

/** Moves the prices of all products of one brand, as a sale does, and says which brand; null when there is none. */
export async function repriceBrand(db: pg.Pool): Promise<number | null> {
  const { rows } = await db.query<{ brand_id: number }>(
    `with chosen as (select id from demo.brands order by random() limit 1),
          locked as (select p.id from demo.products p join chosen on p.brand_id = chosen.id order by p.id for update of p)
     update demo.products p
        set price_cents = greatest(99, round(p.price_cents * (0.9 + 0.2 * random()))::int), updated_at = now()
       from locked where locked.id = p.id
     returning p.brand_id`,
  )
  return rows[0]?.brand_id ?? null
}
