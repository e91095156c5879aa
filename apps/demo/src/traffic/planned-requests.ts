import { CATALOGUE_SIZE } from '../catalogue/size.ts'

export type PlannedRequest =
  | { kind: 'get'; key: string; revalidate: boolean }
  | { kind: 'mget'; keys: string[] }
  | { kind: 'put'; key: string; document: unknown; maxAgeS: number; tags: string[] }

/** Shares of all requests; the rest are plain reads. */
const SHARES = { mget: 0.02, session: 0.04, unknown: 0.02, revalidate: 0.03 }
const MGET_KEYS = 20
const SESSIONS = 500
const SESSION_MAX_AGE_S = 1_800

/**
 * What an application asks of its cache: mostly reads of the keys it is given, some of many at once, some that revalidate
 * what the caller still has, some of ids that do not exist (an old link, a scraper), and sessions that it writes itself.
 */
export async function* planRequests(
  keys: AsyncIterable<string>,
  random: () => number = Math.random,
): AsyncGenerator<PlannedRequest> {
  let batch: string[] | null = null
  for await (const key of keys) {
    if (batch) {
      batch.push(key)
      if (batch.length < MGET_KEYS) continue
      yield { kind: 'mget', keys: batch }
      batch = null
      continue
    }
    let dice = random()
    const falls = (share: number) => {
      dice -= share
      return dice < 0
    }
    if (falls(SHARES.mget)) batch = [key]
    else if (falls(SHARES.session)) yield planSession(random)
    else if (falls(SHARES.unknown)) yield { kind: 'get', key: unknownKey(random), revalidate: false }
    else yield { kind: 'get', key, revalidate: falls(SHARES.revalidate) }
  }
}

function planSession(random: () => number): PlannedRequest {
  const visitor = 1 + Math.floor(SESSIONS * random())
  const key = `sessions:visitor-${visitor}`
  if (random() < 0.6) return { kind: 'get', key, revalidate: false }
  const cart = Array.from(
    { length: Math.floor(4 * random()) },
    () => 1 + Math.floor(CATALOGUE_SIZE.products * random()),
  )
  return { kind: 'put', key, document: { visitor, cart }, maxAgeS: SESSION_MAX_AGE_S, tags: [`visitor-${visitor}`] }
}

function unknownKey(random: () => number): string {
  const family = random() < 0.7 ? 'products' : 'users'
  return `${family}:${CATALOGUE_SIZE[family] + 1 + Math.floor(300 * random())}`
}
