import { Agent, request as send } from 'node:http'
import type { Answer } from './answer.ts'
import { readCacheStatus } from './cache-status.ts'

/** Longer than any answer may take; a node that says nothing for this long has failed its caller. */
const PATIENCE_MS = 10_000

export interface NodeClient {
  name: string
  /** Never rejects: a connection that fails is an answer too. */
  request(method: string, key: string, body?: string): Promise<Answer>
  close(): void
}

/** A client with keep-alive connections to one node. */
export function connectTo(name: string, url: string, token: string): NodeClient {
  const agent = new Agent({ keepAlive: true })
  const headers = { authorization: `Bearer ${token}` }
  return {
    name,
    request(method, key, body) {
      const sentMs = performance.now()
      const asked = { node: name, method, key, sentMs }
      return new Promise((resolve) => {
        const fail = (error: NodeJS.ErrnoException) =>
          resolve({ ...asked, ...NOTHING, answeredMs: performance.now(), failure: error.code ?? error.message })
        const options = { agent, method, headers, timeout: PATIENCE_MS }
        const outgoing = send(`${url}/api/cache/${encodeURIComponent(key)}`, options, (incoming) => {
          const field = (header: string) => String(incoming.headers[header] ?? '')
          let text = ''
          incoming.setEncoding('utf8')
          incoming.on('data', (chunk: string) => {
            text += chunk
          })
          incoming.once('error', fail)
          incoming.once('end', () =>
            resolve({
              ...asked,
              ...NOTHING,
              answeredMs: performance.now(),
              status: incoming.statusCode ?? 0,
              cacheStatus: readCacheStatus(field('cache-status')),
              cacheControl: field('cache-control'),
              ageS: Number(field('age')),
              version: field('freshet-version') || field('freshet-epoch'),
              body: text,
              ...(field('content-type').startsWith('application/problem+json') && problemOf(text)),
            }),
          )
        })
        outgoing.once('timeout', () => outgoing.destroy(new Error(`no answer within ${PATIENCE_MS} ms`)))
        outgoing.once('error', fail)
        outgoing.end(body)
      })
    },
    close: () => agent.destroy(),
  }
}

const NOTHING = {
  status: 0,
  failure: null,
  cacheStatus: readCacheStatus(''),
  cacheControl: '',
  ageS: 0,
  version: '',
  body: '',
  code: null,
  state: null,
}

function problemOf(text: string): Pick<Answer, 'code' | 'state'> {
  const { code, state } = JSON.parse(text)
  return { code, state: state ?? null }
}
