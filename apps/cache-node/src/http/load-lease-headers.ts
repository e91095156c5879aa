import type { Entry } from '@freshet/core/entries/entry'
import type { Value } from '@freshet/core/entries/make-entry'
import { AppError } from '@freshet/core/errors/app-error'
import { namespaceOf } from '@freshet/core/keys/cache-key'
import type { NamespacePolicy } from '@freshet/core/policy/namespace-policy'
import type { Precondition } from '@freshet/core/tiers/cache-writer'
import type { ReadResult } from '@freshet/core/tiers/read-result'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { NodeServices } from './node-services.ts'

const FIELD = 'freshet-lease'
/** When those who got no lease may look again, seconds. */
const LOOK_AGAIN_S = 1

/** Whether a reader asks for the right to load what it misses (`Freshet-Lease: request`). Throws `invalid`. */
export function wantsLoadLease({ headers }: Pick<FastifyRequest, 'headers'>): boolean {
  const said = headers[FIELD]
  if (said === undefined) return false
  if (said === 'request') return true
  throw new AppError('invalid', 'A read says "Freshet-Lease: request" or nothing', { field: 'Freshet-Lease' })
}

/** The token that a writer sends with what it has loaded; null: it writes on its own account. */
export function loadTokenOf({ headers }: Pick<FastifyRequest, 'headers'>): string | null {
  const said = headers[FIELD]
  return said === undefined ? null : String(said)
}

/**
 * On a miss gives one caller the lease and tells the others when to look again. A stale value that nobody refreshes (the
 * namespace has no origin) is served to all, and one of them gets the lease beside it; there the lease is an offer, so
 * a failure to make it keeps nobody from the value. Returns what is to be answered.
 */
export async function offerLoadLease(
  key: string,
  result: ReadResult,
  reply: Pick<FastifyReply, 'header'>,
  services: Pick<NodeServices, 'leasing' | 'control' | 'complain' | 'cache'>,
): Promise<ReadResult> {
  const { leasing, control, complain } = services
  if (result.kind === 'miss') {
    const token = await leasing.offer(key)
    if (token === null) {
      reply.header('retry-after', LOOK_AGAIN_S)
      return result
    }
    const stored = await findStoredMeanwhile(key, services)
    if (stored === null) {
      reply.header(FIELD, token)
      return result
    }
    leasing.release(key, leasing.redeem(token, key).nonce).catch((error) => complain('load lease', error))
    return stored
  }
  if (!isLeftStale(key, result, control)) return result
  const token = await leasing.offer(key).catch((error) => {
    complain('load lease', error)
    return null
  })
  if (token !== null) reply.header(FIELD, token)
  return result
}

/**
 * A holder stores, and then gives the lease back. Whoever missed before it stored and asked after it gave back would hold
 * the lease of a key that is there, and load it once more.
 */
async function findStoredMeanwhile(key: string, { cache }: Pick<NodeServices, 'cache'>): Promise<ReadResult | null> {
  const again = await cache.readHere(key, 'reload').catch(() => null)
  return again !== null && again.kind !== 'miss' && again.stale === null ? again : null
}

/**
 * What a reader who asks for a lease is to be given: a fresh value, if a holder of an earlier lease has stored one by
 * another node. Nothing is appended then, so this node's memory does not know, and only the second tier does.
 */
export async function newestKnown(key: string, result: ReadResult, services: NodeServices): Promise<ReadResult> {
  if (!isLeftStale(key, result, services.control)) return result
  const again = await services.cache.read(key, 'reload').catch(() => result)
  return again.kind !== 'miss' && again.stale === null ? again : result
}

/** Whether a value is stale and nobody makes it new: its namespace has no origin. */
function isLeftStale(key: string, result: ReadResult, control: NodeServices['control']): boolean {
  if (result.kind === 'miss' || (result.stale !== 'revalidating' && result.stale !== 'generation')) return false
  return control.policyOf(namespaceOf(key)).origin === null
}

/** Throws `lease_required` where only holders of a lease may write. */
export function requireUnleasedWrites({ name, writes }: NamespacePolicy): void {
  if (writes === 'leased')
    throw new AppError('lease_required', `The policy "${name}" takes values from holders of a load's lease only`, {
      field: 'Freshet-Lease',
    })
}

/**
 * Stores what the holder of a lease has loaded. Rejects with `fenced` when something newer came between, with `invalid` for
 * a token of something else, or beside a precondition: the lease is one already; and with `degraded` when this node cannot
 * know what came between. Its holder hands a value that was stored to others who asked before it was sent (rule joinCheck).
 */
export async function fillWithLease(
  key: string,
  value: Value,
  token: string,
  precondition: Precondition | undefined,
  services: NodeServices,
): Promise<Entry> {
  const { leasing, writer, complain } = services
  if (precondition !== undefined)
    throw new AppError('invalid', 'A write with a lease takes no If-Match and no If-None-Match', {
      field: 'Freshet-Lease',
    })
  const { nonce, version } = leasing.redeem(token, key)
  // Its holder keeps the lease, and brings the value to another node.
  requireSight(services)
  try {
    const entry = await writer.fill(key, value, version)
    requireSight(services)
    return entry
  } finally {
    // Also when it was fenced: what its holder has loaded is of no use, and the next caller need not wait.
    leasing.release(key, nonce).catch((error) => complain('load lease', error))
  }
}

function requireSight({ follower, instant }: Pick<NodeServices, 'follower' | 'instant'>): void {
  const state = follower.state(instant())
  if (state !== 'coherent')
    throw new AppError('degraded', 'This node cannot know whether the key was invalidated since the lease was given', {
      state,
      retryAfterMs: 1_000,
    })
}
