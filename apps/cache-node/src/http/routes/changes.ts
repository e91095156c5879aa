import { authorize, hasScope } from '@freshet/core/access/permissions'
import { parseVersion, type Version } from '@freshet/core/coherence/version'
import { type ChangesReply, MAX_CHANGES_WAIT_MS } from '@freshet/core/contracts/changes'
import { AppError } from '@freshet/core/errors/app-error'
import { reachOf } from '@freshet/core/invalidation/reach'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { visibleCommands } from '../changes/visible-commands.ts'
import type { NodeServices } from '../node-services.ts'
import { parseInput } from '../parse-input.ts'

export const ChangesQuery = z.object({
  after: z
    .string()
    .transform((text, ctx): Version => {
      const version = parseVersion(text)
      if (version !== null) return version
      ctx.addIssue({ code: 'custom', message: 'a position is 16 hex digits, a dot, a number' })
      return z.NEVER
    })
    .optional(),
  waitMs: z.coerce.number().int().min(0).max(MAX_CHANGES_WAIT_MS).default(0),
})

/**
 * `GET /api/changes`: what the log said after a position, for caches inside applications. It gives them no lease of the
 * cluster's, and no acknowledgement waits for them; the answer tells how old its knowledge is, and they count from there.
 */
export function changesRoute(app: FastifyInstance, services: NodeServices): void {
  const { changes, clock, follower, instant, isDraining } = services

  async function read(request: FastifyRequest, reply: FastifyReply): Promise<ChangesReply> {
    const { principal } = request
    // Tells of changes in what the caller may read, whichever of its namespaces that is.
    if (!hasScope(principal, 'read')) authorize(principal, 'read', '*')
    const { after = null, waitMs } = parseInput(ChangesQuery, request.query, 'query')
    const reach = reachOf(principal)
    const startedMs = clock.monotonicMs()
    if (after !== null && waitMs > 0 && !isDraining() && hasNothingNew(after)) await hold(reply, waitMs)
    // Before the answer is put together: what it knows is of a moment after this one, never before. By the monotonic clock
    // alone, since a clock that was set must not make it more.
    const heldMs = clock.monotonicMs() - startedMs
    const change = known(changes.after(after))
    reply.header('cache-control', 'no-store')
    return {
      generation: change.position.generation,
      applied: change.position.epoch,
      tail: change.tail,
      gap: change.gap,
      records: change.records.flatMap(({ epoch, commands }) => {
        const visible = reach === null ? [] : visibleCommands(commands, reach)
        return visible.length === 0 ? [] : [{ epoch, commands: visible }]
      }),
      ageMs: change.ageMs,
      heldMs,
      leaseMs: changes.longestLeaseMs,
    }
  }

  function hasNothingNew(after: Version): boolean {
    const change = changes.after(after)
    return change !== null && !change.gap && change.records.length === 0
  }

  async function hold(reply: FastifyReply, waitMs: number): Promise<void> {
    const gone = new AbortController()
    const leave = () => gone.abort()
    reply.raw.once('close', leave)
    try {
      if (await changes.nextPoll(waitMs, gone.signal)) return
    } finally {
      reply.raw.off('close', leave)
    }
    throw new AppError('rate_limited', 'Too many wait for changes at this node', {
      field: 'changes',
      retryAfterMs: 1_000,
    })
  }

  function known<T>(change: T | null): T {
    if (change !== null) return change
    throw new AppError('degraded', 'This node has not read the invalidation log yet', {
      state: follower.state(instant()),
      retryAfterMs: 1_000,
    })
  }

  app.get('/api/changes', { config: { limit: 'read' } }, read)
}
