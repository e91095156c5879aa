import { parseCacheControl } from '@freshet/core/origins/cache-control'
import { FreshetError } from '../errors/freshet-error.ts'

/** What a value is stored with; what is left out the namespace's policy decides. */
export interface StoreOptions {
  /** How long it is fresh, milliseconds. */
  ttlMs?: number
  /** How much longer it is served stale while one refresh runs, milliseconds; whole seconds, rounded up. */
  swrMs?: number
  /** How much longer it stands in when it cannot be loaded anew, milliseconds; whole seconds, rounded up. */
  sieMs?: number
  /** Names by which it can be invalidated together with others. */
  tags?: readonly string[]
}

/** Query and header fields that say so. Throws FreshetError `invalid` for tags that no field can carry. */
export function storeFields({ ttlMs, swrMs, sieMs, tags = [] }: StoreOptions): {
  query: string
  headers: Record<string, string>
} {
  const directives = [
    ...(swrMs === undefined ? [] : [`stale-while-revalidate=${Math.ceil(swrMs / 1_000)}`]),
    ...(sieMs === undefined ? [] : [`stale-if-error=${Math.ceil(sieMs / 1_000)}`]),
  ]
  return {
    query: ttlMs === undefined ? '' : `?ttl=${ttlMs / 1_000}`,
    headers: { ...(directives.length > 0 && { 'cache-control': directives.join(', ') }), ...tagFields(tags) },
  }
}

function tagFields(tags: readonly string[]): Record<string, string> {
  if (tags.length === 0) return {}
  if (!tags.some((tag) => /\s/.test(tag))) return { 'surrogate-key': octets(tags.join(' ')) }
  if (!tags.some((tag) => tag.includes(',') || tag !== tag.trim())) return { 'cache-tag': octets(tags.join(',')) }
  throw new FreshetError('invalid', 'Tags with spaces and tags with commas cannot be sent together', { field: 'tags' })
}

/** Header fields carry octets, and fetch takes one character for each. */
function octets(text: string): string {
  return Buffer.from(text).toString('latin1')
}

/** Tags of an answer, except those that hold a space, which nodes leave out. */
export function tagsOf(headers: Headers): string[] {
  const field = headers.get('surrogate-key')
  return field === null ? [] : Buffer.from(field, 'latin1').toString().split(' ').filter(Boolean)
}

/** What `Cache-Status` and `Cache-Control` of an answer say. */
export interface Standing {
  /** l1, l2, peer or origin. */
  source: string
  /** Why it is stale; null: it is fresh. */
  stale: string | null
  /** Milliseconds of freshness left; negative once stale. */
  ttlMs: number
  /** For how long after its freshness it may be served while it is loaded anew, milliseconds. */
  swrMs: number
}

export function standingOf(headers: Headers): Standing {
  const status = headers.get('cache-status') ?? ''
  const detail = /detail=(?:"([^"]*)"|([^;,\s]*))/.exec(status)
  const words = (detail?.[1] ?? detail?.[2] ?? '').split(' ')
  const stale = words.indexOf('stale')
  return {
    source: words[0] ?? '',
    stale: stale < 0 ? null : (words[stale + 1] ?? 'revalidating'),
    ttlMs: Number(/ttl=(-?\d+)/.exec(status)?.[1] ?? 0) * 1_000,
    swrMs: (parseCacheControl(headers.get('cache-control') ?? undefined).swrS ?? 0) * 1_000,
  }
}
