import type { Server } from 'node:http'
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
  await within(limitMs / 2, Promise.all([lane.drain(lingerMs), wait(lingerMs)]))
  server.close()
  await within(endsAtMs - performance.now(), lane.drain(lingerMs))
  lane.destroy()
}

/** Resolves when the work has ended, well or not, but after `limitMs` at the latest. */
export async function within(limitMs: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, Math.max(0, limitMs))
  })
  await Promise.race([work.catch(() => {}), limit])
  clearTimeout(timer)
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms)
  })
}
