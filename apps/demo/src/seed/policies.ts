import { NamespacePolicy } from '@freshet/core/policy/namespace-policy'
import type { z } from 'zod'
import { resources } from '../origin/resources/all.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

type Choices = Omit<z.input<typeof NamespacePolicy>, 'name' | 'origin'>

/** How each part of the shop is cached, each for a reason of its own. What is not named keeps Freshet's default. */
const choices: Record<string, Choices> = {
  // Prices change and say so, so the TTL is only a net; the busiest are refreshed before they run out.
  products: { ttlMs: MINUTE, swrMs: MINUTE, sieMs: 10 * MINUTE, negativeTtlMs: 10 * SECOND, refreshAheadRatio: 0.2 },
  categories: { ttlMs: 5 * MINUTE, swrMs: 10 * MINUTE, sieMs: HOUR, negativeTtlMs: MINUTE },
  // A person who has just changed her address must not see the old one.
  users: { ttlMs: 2 * MINUTE, swrMs: 0, sieMs: 5 * MINUTE, negativeTtlMs: 15 * SECOND, whenDegraded: 'bypass' },
  // Dear to compute and never wrong, only older.
  recommendations: { ttlMs: 10 * MINUTE, swrMs: HOUR, sieMs: 24 * HOUR, jitterRatio: 0.2, refreshAheadRatio: 0.1 },
  reviews: { ttlMs: 2 * MINUTE, swrMs: 10 * MINUTE, sieMs: HOUR, compressAboveBytes: 2_048 },
  search: { ttlMs: 20 * SECOND, swrMs: MINUTE, sieMs: 10 * MINUTE, negativeTtlMs: 0 },
}

/** Written by the shop itself, with no origin to load from: a session that cannot be known to be current is refused. */
const sessions: Choices = { ttlMs: 30 * MINUTE, swrMs: 0, sieMs: 0, negativeTtlMs: 0, whenDegraded: 'refuse' }

/** The policies of the demo for a shop at this address (no slash at the end). */
export function demoPolicies(originUrl: string): NamespacePolicy[] {
  const readThrough = resources.map(({ namespace, template }) =>
    NamespacePolicy.parse({
      ...choices[namespace],
      name: namespace,
      origin: { url: `${originUrl}${template}`, batch: { url: `${originUrl}/batch`, maxKeys: 50 } },
    }),
  )
  return [...readThrough, NamespacePolicy.parse({ ...sessions, name: 'sessions' })]
}

/**
 * A policy that a person has edited since, with its origin moved to where the shop is today: its port may be another
 * one after a restart. An origin that is no longer the shop's is left alone.
 */
export function moveOrigin(edited: NamespacePolicy, ours: NamespacePolicy): NamespacePolicy {
  if (!edited.origin || !ours.origin || pathOf(edited.origin.url) !== pathOf(ours.origin.url)) return edited
  return {
    ...edited,
    origin: { ...edited.origin, url: ours.origin.url, batch: edited.origin.batch && ours.origin.batch },
  }
}

function pathOf(url: string): string {
  return url.replace(/^https?:\/\/[^/]*/, '')
}
