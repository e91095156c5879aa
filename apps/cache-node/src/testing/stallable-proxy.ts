import { type AddressInfo, createServer, connect as open, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/**
 * A way to Redis that can fall silent: connections stay open, bytes stop, in both directions, for good. So a node looks
 * to the others that is stopped, cut off or swapped out. Ends with the test.
 */
export async function startStallableProxy(target: string) {
  const { hostname, port } = new URL(target)
  const sockets = new Set<Socket>()
  let stalled = false
  const server = createServer((client) => {
    const upstream = open(Number(port), hostname)
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from)
      from.on('error', () => {})
      from.on('close', () => to.destroy())
      if (!stalled) from.pipe(to)
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stall() {
      stalled = true
      for (const socket of sockets) socket.unpipe().pause()
    },
  }
}
