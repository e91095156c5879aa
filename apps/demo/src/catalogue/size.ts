/** How much there is of everything. Ids run from 1 to these numbers without gaps, so the traffic can name what exists. */
export const CATALOGUE_SIZE = {
  products: 3_000,
  brands: 60,
  users: 2_000,
  orders: 6_000,
  reviews: 9_000,
} as const
