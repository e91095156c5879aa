import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import type { PeerAddress } from '../peer-directory.ts'

export interface StubNode {
  readonly address: PeerAddress
  readonly server: Server
  /** Paths asked for, pings left out. */
  readonly asked: string[]
  pings: number
  close(): void
}

/** Another node as far as its peers see it: it answers pings, and all else as the test says. Ends with the test. */
export async function startStubNode(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  id = 'node-2',
): Promise<StubNode> {
  const server = createServer((request, response) => {
    if (request.url === '/livez') {
      node.pings++
      response.end('ok')
      return
    }
    node.asked.push(request.url ?? '')
    answer(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = () => {
    server.closeAllConnections()
    server.close()
  }
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const node: StubNode = { address: { id, incarnation: `${id}-1`, url }, server, asked: [], pings: 0, close }
  onTestFinished(close)
  return node
}
