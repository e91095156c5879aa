import { z } from 'zod'
import { NamespaceName } from '../keys/cache-key.ts'
import { OriginConfig } from './origin-config.ts'

const DAY_MS = 86_400_000

/**
 * What a node does while its lease has run out and it cannot know what is fresh: serve L1 values marked stale within
 * `maxDegradedStaleMs`, bypass the cache with a load of its own, or refuse with 503.
 */
export const WhenDegraded = z.enum(['stale', 'bypass', 'refuse'])
export type WhenDegraded = z.infer<typeof WhenDegraded>

/**
 * Who may write. `any`: a PUT is its caller's claim "this is the value now". `leased`: only who holds the lease of a miss
 * may fill it, so that every value in the namespace began to be loaded after what it replaces was invalidated; other PUTs
 * get 428.
 */
export const Writes = z.enum(['any', 'leased'])

/** How a namespace is cached. Times in milliseconds, sizes in bytes. */
export const NamespacePolicy = z.object({
  name: NamespaceName,
  /** Freshness of an entry whose origin or writer names none. */
  ttlMs: z
    .number()
    .int()
    .min(1)
    .max(365 * DAY_MS)
    .default(60_000),
  /** Stale-while-revalidate: how long past its TTL a value is served at once while one refresh runs. */
  swrMs: z
    .number()
    .int()
    .min(0)
    .max(30 * DAY_MS)
    .default(30_000),
  /** Stale-if-error: how long past its TTL a value is served when the origin fails. */
  sieMs: z
    .number()
    .int()
    .min(0)
    .max(30 * DAY_MS)
    .default(300_000),
  /** How long "the origin has no such key" is remembered; 0: never. */
  negativeTtlMs: z.number().int().min(0).max(DAY_MS).default(5_000),
  /** A loaded value's TTL is shortened by up to this share, so that keys loaded together do not expire together. */
  jitterRatio: z.number().min(0).max(0.5).default(0.1),
  /** A read within this last share of the TTL starts a refresh in the background; 0: off. */
  refreshAheadRatio: z.number().min(0).max(0.9).default(0),
  maxValueBytes: z
    .number()
    .int()
    .min(1)
    .max(64 * 1024 * 1024)
    .default(8 * 1024 * 1024),
  /** Values above this size are compressed in L2; 0: never. */
  compressAboveBytes: z
    .number()
    .int()
    .min(0)
    .max(64 * 1024 * 1024)
    .default(4_096),
  writes: Writes.default('any'),
  whenDegraded: WhenDegraded.default('stale'),
  /** How long after the lease ran out a value may still be served marked stale. */
  maxDegradedStaleMs: z.number().int().min(0).max(DAY_MS).default(300_000),
  origin: OriginConfig.nullable().default(null),
})
export type NamespacePolicy = z.infer<typeof NamespacePolicy>

/** The policy of namespaces that nobody declared. It can be edited like any other, under the name `default`. */
export function defaultPolicy(name = 'default'): NamespacePolicy {
  return NamespacePolicy.parse({ name })
}
