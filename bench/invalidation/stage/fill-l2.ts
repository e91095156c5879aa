import type { Version } from '@freshet/core/coherence/version'
import { encodeEntry } from '@freshet/core/entries/entry-codec'
import { makeEntry } from '@freshet/core/entries/make-entry'
import { redisKeys } from '@freshet/core/keys/redis-keys'
import { defaultPolicy } from '@freshet/core/policy/namespace-policy'
import type { Redis } from 'ioredis'
import type { Catalogue } from './catalogue.ts'
import { CatalogueSource } from './catalogue-source.ts'

const CHUNK = 5_000
const TTL_MS = 24 * 3_600_000

/**
 * Writes every row into L2 as a node would have that loaded it at this version. A million loads through a node would take
 * minutes and measure nothing.
 */
export async function fillL2(redis: Redis, catalogue: Catalogue, version: Version, edition: number): Promise<void> {
  const [seconds = '0'] = (await redis.time()).map(String)
  const nowMs = Number(seconds) * 1_000
  const value = { body: Buffer.from(CatalogueSource.body(edition)), contentType: 'text/plain', etag: null }
  const lifetimes = { ttlMs: TTL_MS, swrMs: null, sieMs: null }
  for (let from = 0; from < catalogue.rows; from += CHUNK) {
    const pipeline = redis.pipeline()
    for (let row = from; row < Math.min(from + CHUNK, catalogue.rows); row++) {
      const entry = makeEntry({ ...value, ...lifetimes, tags: catalogue.tagsOf(row) }, version, defaultPolicy(), nowMs)
      pipeline.set(redisKeys.entry(catalogue.key(row)), encodeEntry(entry), 'PX', TTL_MS)
    }
    await pipeline.exec()
  }
}
