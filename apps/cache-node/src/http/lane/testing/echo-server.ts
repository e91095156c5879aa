import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { testCertificate } from '@freshet/testing/self-signed-certificate'
import { attachLane, type Lane, type LaneOptions } from '../lane.ts'
import type { LaneHandler, LaneHeaders, LaneReply } from '../lane-handler.ts'

/**
 * A server that says what it understood: each reply names the method, target, body and headers of the request that it
 * answers. So a byte that one parser takes for a body and another for a request shows in the replies.
 *
 * Keys choose how they are answered: `hit...` at once (`hit:split` from two pieces), `big...` at once with 1 MiB, `load...` after a moment, `none...` by node:http after the lane
 * looked it up in vain, `throw...` by node:http after the lane's handler failed; anything else by node:http. `slow` in
 * a target delays node:http's reply, `early` makes it reply before it reads the body.
 */
export interface EchoServer {
  readonly port: number
  readonly server: Server
  readonly lane: Lane | null
  /** Replies that the lane gave without node:http, loads that it began, sessions. */
  readonly served: { hits: number; loads: number; begun: number; sessions: number }
  /** What node:http handed to the application, by the client's port. */
  readonly requestsOf: Map<number, string[]>
  close(): Promise<void>
}

export const calmLimits: LaneOptions = {
  maxHeadBytes: 16 * 1024,
  keepAliveTimeoutMs: 60_000,
  headersTimeoutMs: 60_000,
  stallTimeoutMs: 60_000,
  onHandlerError: () => {},
}

export async function startEchoServer(options: LaneOptions | null, tls = false): Promise<EchoServer> {
  const requestsOf = new Map<number, string[]>()
  const onRequest = (request: IncomingMessage, response: ServerResponse) => void echo(request, response, requestsOf)
  const server = tls
    ? createTlsServer({ ...testCertificate, keepAliveTimeout: 60_000 }, onRequest)
    : createServer({ keepAliveTimeout: 60_000 }, onRequest)
  const served = { hits: 0, loads: 0, begun: 0, sessions: 0 }
  const lane = options === null ? null : attachLane(server, echoHandler(served), options)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    server,
    lane,
    served,
    requestsOf,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      lane?.destroy()
      await closed
    },
  }
}

async function echo(
  request: IncomingMessage,
  response: ServerResponse,
  requestsOf: EchoServer['requestsOf'],
): Promise<void> {
  const { method = '', url = '', socket } = request
  const port = socket.remotePort ?? 0
  const requests = requestsOf.get(port) ?? []
  requestsOf.set(port, requests.concat(`${method} ${encodeURIComponent(url)}`))
  let body = ''
  response.on('error', () => {})
  if (!url.includes('early')) {
    try {
      for await (const chunk of request) body += chunk.toString('latin1')
    } catch {
      return
    }
  }
  if (url.includes('slow')) await sleep(url.includes('slowest') ? 1_500 : url.includes('slower') ? 100 : 3)
  const { authorization = null, 'if-none-match': ifNoneMatch = null } = request.headers
  const forwarded = request.headers['freshet-forwarded']?.toString() ?? null
  const requestId = request.headers['x-request-id']?.toString() ?? null
  const seen = describe(method, url, body, { authorization, ifNoneMatch, requestId, forwarded })
  response.sendDate = false
  response.writeHead(200, { Seen: seen, 'Content-Length': seen.length })
  response.end(method === 'HEAD' ? undefined : seen)
}

function describe(method: string, url: string, body: string, headers: LaneHeaders): string {
  const { authorization, ifNoneMatch, requestId, forwarded } = headers
  const facts = [url, body, authorization, ifNoneMatch, requestId, forwarded].map((fact) =>
    encodeURIComponent(String(fact)),
  )
  return [method, ...facts].join(' ')
}

/** Long enough for a client to say more meanwhile, however busy the machine is. */
export const SLOW_LOAD_MS = 500

const BIG_BYTES = 1 << 20
export const bigBody = Buffer.from(Array.from({ length: BIG_BYTES }, (_, i) => i % 251))
const big: LaneReply = {
  head: `HTTP/1.1 200 OK\r\nContent-Length: ${BIG_BYTES}\r\n\r\n`,
  body: bigBody,
}

/** Gives, for the keys it knows, the very bytes that `echo` and node:http give. */
function echoHandler(served: EchoServer['served']): LaneHandler<{ authorization: string | null }> {
  const reply = (key: string, headers: LaneHeaders): LaneReply => {
    const seen = describe('GET', `/api/cache/${key}`, '', headers)
    const fields = `Seen: ${seen}\r\nContent-Length: ${seen.length}\r\n`
    const head = `HTTP/1.1 200 OK\r\n${fields}Connection: keep-alive\r\nKeep-Alive: timeout=60\r\n\r\n`
    const body = Buffer.from(seen)
    return key.includes('split') ? { head, prefix: body.subarray(0, 5), body: body.subarray(5) } : { head, body }
  }
  return {
    open({ authorization }) {
      if (authorization?.includes('unknown')) return null
      served.sessions++
      return { authorization }
    },
    hit(key, headers, session) {
      if (session.authorization !== headers.authorization) throw new Error('a session of another credential')
      if (key.startsWith('throw')) throw new Error('the handler failed')
      if (!key.startsWith('hit') && !key.startsWith('big')) return null
      served.hits++
      return key.startsWith('hit') ? reply(key, headers) : big
    },
    load(key, headers) {
      if (key.startsWith('none')) return sleep(1).then(() => null)
      if (!key.startsWith('load')) return null
      served.begun++
      return sleep(key.includes('slower') ? SLOW_LOAD_MS : 2).then(() => {
        served.loads++
        return reply(key, headers)
      })
    },
  }
}
