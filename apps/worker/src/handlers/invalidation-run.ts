import type { Invalidator } from '@freshet/core/invalidation/invalidator'
import type { JobHandler } from './handler.ts'

/**
 * How long a job waits to see its invalidation acknowledged, milliseconds: longer than a lease and the guard of a worker
 * that has just started, shorter than the job's limit. Whoever is waited for longer is waited for in the background.
 */
const WAIT_MS = 20_000

/** What a worker needs of the Invalidator. */
export type Invalidates = Pick<Invalidator, 'invalidate'>

/** An invalidation whose time has come. Its id was given when it was accepted, so that doing it twice is doing it once. */
export function createInvalidationRun(invalidator: Invalidates): JobHandler<'invalidation.run'> {
  return async ({ matchers, mode, wait, reach, cause }) => {
    await invalidator.invalidate(matchers, { mode, wait, reach, cause, limitMs: WAIT_MS })
  }
}

/** One chunk of a bulk run; done when no node serves its keys' older values as fresh. */
export function createBulkChunk(invalidator: Invalidates): JobHandler<'invalidation.bulk-chunk'> {
  return async ({ keys, mode, cause }) => {
    const matchers = { keys, tags: [], patterns: [], namespaces: [], all: false }
    await invalidator.invalidate(matchers, { mode, wait: 'all', reach: '*', cause, limitMs: WAIT_MS })
  }
}
