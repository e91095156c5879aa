import { keyedBy, numericIds, type Resource } from './resource.ts'

interface UserRow {
  id: number
  name: string
  email: string
  city: string
  country: string
  bio: string
  joined_at: Date
  orders: number
  spent_cents: number
}

export const users: Resource = {
  namespace: 'users',
  route: '/users/:id',
  template: '/users/{1}',
  cacheControl: null,
  async find(db, ids) {
    const { rows } = await db.query<UserRow>(
      `select u.*, o.orders, o.spent_cents
         from demo.users u
         cross join lateral (select count(distinct o.id)::int as orders,
                                    coalesce(sum(i.quantity * i.price_cents), 0)::int as spent_cents
                               from demo.orders o join demo.order_items i on i.order_id = o.id
                              where o.user_id = u.id and o.status <> 'cancelled') o
        where u.id = any($1::int[])`,
      [numericIds(ids)],
    )
    return keyedBy(
      rows,
      (row) => row.id,
      (row) => ({
        document: {
          id: row.id,
          name: row.name,
          email: row.email,
          profile: { city: row.city, country: row.country, bio: row.bio },
          joinedAt: row.joined_at.toISOString(),
          orders: row.orders,
          spent: { amount: row.spent_cents / 100, currency: 'EUR' },
        },
        tags: [`user-${row.id}`],
      }),
    )
  },
}
