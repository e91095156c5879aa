import type pg from 'pg'

/** What the shop knows under one key. */
export interface Representation {
  /** The body, as JSON. */
  document: unknown
  /** Surrogate keys: by these an application would say what has changed. */
  tags: string[]
}

/** One kind of thing the shop can be asked for: a namespace of the cache and a route of the origin. */
export interface Resource {
  namespace: string
  /** Fastify's route, relative to the origin's address. `id` is what the namespace's keys name. */
  route: string
  /** The same as a URL template of Freshet. */
  template: string
  /** `Cache-Control` where the shop knows better than the cache's policy; null where it does not. */
  cacheControl: CacheLifetime | null
  /** Answers many at once by one query; ids that do not exist are left out. */
  find(db: pg.Pool, ids: readonly string[]): Promise<Map<string, Representation>>
}

export interface CacheLifetime {
  maxAgeS: number
  swrS: number
  sieS: number
}

/** Ids as numbers; what is none, or too large for an int, cannot exist and would only make the query fail. */
export function numericIds(ids: readonly string[]): number[] {
  return ids.filter((id) => /^[1-9]\d{0,8}$/.test(id)).map(Number)
}

export function keyedBy<Row>(
  rows: readonly Row[],
  idOf: (row: Row) => string | number,
  represent: (row: Row) => Representation,
): Map<string, Representation> {
  return new Map(rows.map((row) => [String(idOf(row)), represent(row)]))
}
