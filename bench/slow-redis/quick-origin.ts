import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout } from 'node:timers/promises'

const LATENCY_MS = 10
const BODY = Buffer.alloc(1_024, 'x')

/** An origin that answers everything after 10 ms, with values that live for a second: most reads of it are misses. */
export async function startQuickOrigin() {
  const origin = { url: '', requests: 0, close: async () => {} }
  const server = createServer(async (_request, response) => {
    origin.requests++
    await setTimeout(LATENCY_MS)
    response.writeHead(200, { 'content-type': 'application/octet-stream', 'cache-control': 'max-age=1' }).end(BODY)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  origin.close = async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  return origin
}
