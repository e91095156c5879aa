import type { Server } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { attemptWithin } from '@freshet/core/within'
import type { Lane } from './http/lane/lane.ts'

/** How long an idle connection is left open, so that a request already on its way is not lost, milliseconds. */
const LINGER_MS = 500

/**
 * Ends all connections in good order within `limitMs`. For up to half of that the server goes on accepting: balancers and
 * clients must find `/readyz` failing before the first connection is refused, and those that come all the same are
 * answered with `Connection: close`. Then nobody new is let in, what is under way is finished, and what is still there at
 * the end is cut: a client that sends half a request, or takes nothing of its answer, must not hold the process.
 */
export async function drainConnections(server: Server, lane: Lane, limitMs: number): Promise<void> {
  const endsAtMs = performance.now() + limitMs
  const lingerMs = Math.min(LINGER_MS, limitMs / 4)
  await attemptWithin(Promise.all([lane.drain(lingerMs), sleep(lingerMs)]), limitMs / 2)
  server.close()
  await attemptWithin(lane.drain(lingerMs), endsAtMs - performance.now())
  lane.destroy()
}
