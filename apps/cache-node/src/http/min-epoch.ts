import { formatVersion, parseVersion, type Version } from '@freshet/core/coherence/version'
import { AppError } from '@freshet/core/errors/app-error'
import { namespaceOf } from '@freshet/core/keys/cache-key'
import type { ReadResult } from '@freshet/core/tiers/read-result'
import type { FastifyRequest } from 'fastify'
import type { NodeServices } from './node-services.ts'

/** How long a read waits for its node to come as far as the reader was told, milliseconds. */
const MIN_EPOCH_WAIT_MS = 1_000

/**
 * The position that a reader wants its node to have applied (`Freshet-Min-Epoch: gen.e`, the `Freshet-Epoch` of its own
 * write); null: any will do. Throws `invalid`.
 */
function readMinEpoch({ headers }: Pick<FastifyRequest, 'headers'>): Version | null {
  const text = headers['freshet-min-epoch']
  if (text === undefined) return null
  const version = typeof text === 'string' ? parseVersion(text) : null
  if (version === null)
    throw new AppError('invalid', 'Freshet-Min-Epoch is what Freshet-Epoch said: 16 hex digits, a dot, a number', {
      field: 'Freshet-Min-Epoch',
    })
  return version
}

/**
 * Waits until this node has applied what the reader was told; false: it has not, so the reader must be given nothing that
 * was cached.
 */
export async function reachesMinEpoch(request: FastifyRequest, { epochs }: NodeServices): Promise<boolean> {
  const wanted = readMinEpoch(request)
  return wanted === null || epochs.waitFor(wanted, MIN_EPOCH_WAIT_MS)
}

/**
 * Whether a key can be loaded past everything that is cached. Throws `degraded` when nothing but the cache could answer:
 * the reader knows of a change that this node cannot see.
 */
export function requirePastCache(key: string, mayLoad: boolean, services: NodeServices): void {
  const { control, follower, instant } = services
  if (mayLoad && control.policyOf(namespaceOf(key)).origin !== null) return
  const applied = follower.version()
  throw new AppError(
    'degraded',
    `This node has applied ${applied === null ? 'nothing' : formatVersion(applied)} and not yet what Freshet-Min-Epoch names`,
    { field: 'Freshet-Min-Epoch', state: follower.state(instant()), retryAfterMs: 1_000 },
  )
}

/** Loads each key anew; one that nothing but the cache could answer is an item that failed, like one whose load did. */
export function readPastCache(keys: readonly string[], services: NodeServices): Promise<(ReadResult | AppError)[]> {
  return Promise.all(
    keys.map(async (key) => {
      try {
        requirePastCache(key, true, services)
        return await services.cache.read(key, 'reload')
      } catch (error) {
        return error instanceof AppError ? error : new AppError('internal', 'The read failed', {}, { cause: error })
      }
    }),
  )
}
