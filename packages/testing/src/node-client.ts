import { Agent, request as send } from 'node:http'
import type { Answer } from './answer.ts'
import { readCacheStatus } from './cache-status.ts'

/** Longer than any answer may take; a node that says nothing for this long has failed its caller. */
const PATIENCE_MS = 10_000

export interface NodeClient {
  name: string
  /** About one key. Never rejects: a connection that fails is an answer too. */
  request(method: string, key: string, body?: string, headers?: Readonly<Record<string, string>>): Promise<Answer>
  /** GETs another of the node's routes; the answer's `key` is the path. Never rejects either. */
  get(path: string): Promise<Answer>
  /** POSTs a JSON document there. Never rejects either. */
  post(path: string, document: object): Promise<Answer>
  close(): void
}

/** A client with keep-alive connections to one node. */
export function connectTo(name: string, url: string, token: string): NodeClient {
  const agent = new Agent({ keepAlive: true })
  const authorization = `Bearer ${token}`

  function exchange(
    asked: Pick<Answer, 'method' | 'key'>,
    path: string,
    extra: Readonly<Record<string, string>>,
    body: string | undefined,
  ): Promise<Answer> {
    const question = { node: name, ...asked, sentMs: performance.now() }
    return new Promise((resolve) => {
      const fail = (error: NodeJS.ErrnoException) =>
        resolve({ ...question, ...NOTHING, answeredMs: performance.now(), failure: error.code ?? error.message })
      const options = { agent, method: asked.method, headers: { authorization, ...extra }, timeout: PATIENCE_MS }
      const outgoing = send(url + path, options, (incoming) => {
        const field = (header: string) => String(incoming.headers[header] ?? '')
        let text = ''
        incoming.setEncoding('utf8')
        incoming.on('data', (chunk: string) => {
          text += chunk
        })
        incoming.once('error', fail)
        incoming.once('end', () =>
          resolve({
            ...question,
            ...NOTHING,
            answeredMs: performance.now(),
            status: incoming.statusCode ?? 0,
            cacheStatus: readCacheStatus(field('cache-status')),
            cacheControl: field('cache-control'),
            ageS: Number(field('age')),
            version: field('freshet-version') || field('freshet-epoch'),
            lease: field('freshet-lease'),
            body: text,
            ...(field('content-type').startsWith('application/problem+json') && problemOf(text)),
          }),
        )
      })
      outgoing.once('timeout', () => outgoing.destroy(new Error(`no answer within ${PATIENCE_MS} ms`)))
      outgoing.once('error', fail)
      outgoing.end(body)
    })
  }

  return {
    name,
    request: (method, key, body, headers = {}) =>
      exchange({ method, key }, `/api/cache/${encodeURIComponent(key)}`, headers, body),
    get: (path) => exchange({ method: 'GET', key: path }, path, {}, undefined),
    post: (path, document) =>
      exchange({ method: 'POST', key: path }, path, { 'content-type': 'application/json' }, JSON.stringify(document)),
    close: () => agent.destroy(),
  }
}

/** What is known of an exchange that brought no answer. */
export const NOTHING = {
  status: 0,
  failure: null,
  cacheStatus: readCacheStatus(''),
  cacheControl: '',
  ageS: 0,
  version: '',
  lease: '',
  body: '',
  code: null,
  state: null,
}

function problemOf(text: string): Pick<Answer, 'code' | 'state'> {
  const { code, state } = JSON.parse(text)
  return { code, state: state ?? null }
}
