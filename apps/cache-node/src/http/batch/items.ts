import type { AppError } from '@freshet/core/errors/app-error'
import type { MissReason, StaleCause } from '@freshet/core/tiers/read-result'

/** Most keys of one mget or mput. */
export const MAX_BATCH_KEYS = 1_000

/** A value on its way to a caller; ages and lifetimes in whole seconds, `ttlS` negative once stale. */
interface Carried {
  body: Buffer
  contentType: string
  etag: string
  ageS: number
  ttlS: number
}

/** What mget says of one key, before it takes a wire form. An absence with a reason is a stale one. */
export type ReadItem =
  | ({ key: string; status: 'hit' } & Carried)
  | ({ key: string; status: 'stale'; reason: StaleCause } & Carried)
  | { key: string; status: 'miss'; reason: MissReason }
  | { key: string; status: 'absent'; reason?: StaleCause; ageS: number; ttlS: number }
  | FailedItem

/** What mput says of one key. `epoch` is the value's version as `gen.e`. */
export type WrittenItem = { key: string; status: 'stored'; etag: string; epoch: string } | FailedItem

export interface FailedItem {
  key: string
  status: 'error'
  error: AppError
}
