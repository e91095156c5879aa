/** What a scripted node does with a request. */
export type Turn =
  | { status: number; body?: object | string; headers?: Record<string, string> }
  /** The connection fails with this code. */
  | { fails: string }
  | 'silence'

/** A fetch whose answers a test writes down, by the node that is asked; what is asked is kept. */
export function scriptedFetch(script: (host: string, nth: number, url: URL) => Turn) {
  const asked: { host: string; path: string; headers: Headers }[] = []
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const url = new URL(String(input))
    const nth = asked.filter(({ host }) => host === url.hostname).length
    asked.push({ host: url.hostname, path: url.pathname + url.search, headers: new Headers(init?.headers) })
    const turn = script(url.hostname, nth, url)
    if (turn === 'silence')
      return new Promise((_, reject) => {
        init?.signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')))
      })
    if ('fails' in turn)
      throw new TypeError('fetch failed', { cause: Object.assign(new Error(turn.fails), { code: turn.fails }) })
    const { status, body = '', headers = {} } = turn
    const isProblem = typeof body === 'object' && 'code' in body
    const type = isProblem ? 'application/problem+json' : 'application/json'
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    return new Response(status === 204 ? null : text, { status, headers: { 'content-type': type, ...headers } })
  }
  return { fetch, asked, hosts: () => asked.map(({ host }) => host) }
}

export const problem = (status: number, code: string, headers: Record<string, string> = {}): Turn => ({
  status,
  body: { code, detail: `it is ${code}` },
  headers,
})
