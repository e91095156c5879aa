import { Agent, type Dispatcher } from 'undici'
import type { Nodes } from './nodes.ts'
import type { PlannedRequest } from './planned-requests.ts'

const TIMEOUT_MS = 10_000
/** Entity tags that are remembered for revalidation; as many as a browser of some habits would hold. */
const REMEMBERED_TAGS = 1_000

interface HttpRequest {
  method: 'GET' | 'PUT' | 'POST'
  path: string
  headers: Record<string, string>
  body?: string
}

/** Sends requests to the nodes over connections that stay open. */
export class Sender {
  private readonly nodes: Nodes
  private readonly authorization: string
  private readonly agent = new Agent({ connections: 32, headersTimeout: TIMEOUT_MS, bodyTimeout: TIMEOUT_MS })
  private readonly etags = new Map<string, string>()

  constructor(nodes: Nodes, apiKey: string) {
    this.nodes = nodes
    this.authorization = `Bearer ${apiKey}`
  }

  /** The answer's status; null when neither the node nor one other answered. All that is planned may be sent twice. */
  async send(planned: PlannedRequest): Promise<number | null> {
    const request = this.toHttp(planned)
    const first = this.nodes.pick(performance.now())
    if (first === null) return null
    const status = await this.sendTo(first, request, planned)
    if (status !== null) return status
    const second = this.nodes.pick(performance.now(), first)
    return second === null ? null : this.sendTo(second, request, planned)
  }

  async close(): Promise<void> {
    await this.agent.destroy()
  }

  private async sendTo(node: string, request: HttpRequest, planned: PlannedRequest): Promise<number | null> {
    try {
      const { statusCode, headers, body } = await this.agent.request({ ...request, origin: node })
      await body.dump({ limit: Number.MAX_SAFE_INTEGER })
      if (planned.kind === 'get') this.rememberTag(planned.key, headers)
      return statusCode
    } catch {
      // Refused, reset or too slow: the node is away or overwhelmed, which a client notices and survives.
      this.nodes.rest(node, performance.now())
      return null
    }
  }

  private toHttp(planned: PlannedRequest): HttpRequest {
    const headers: Record<string, string> = { authorization: this.authorization }
    if (planned.kind === 'mget') {
      headers['content-type'] = 'application/json'
      return { method: 'POST', path: '/api/cache/mget', headers, body: JSON.stringify({ keys: planned.keys }) }
    }
    const path = `/api/cache/${encodeURIComponent(planned.key)}`
    if (planned.kind === 'put') {
      headers['content-type'] = 'application/json'
      headers['cache-control'] = `max-age=${planned.maxAgeS}`
      headers['surrogate-key'] = planned.tags.join(' ')
      return { method: 'PUT', path, headers, body: JSON.stringify(planned.document) }
    }
    const etag = planned.revalidate ? this.etags.get(planned.key) : undefined
    if (etag !== undefined) headers['if-none-match'] = etag
    return { method: 'GET', path, headers }
  }

  private rememberTag(key: string, headers: Dispatcher.ResponseData['headers']): void {
    const { etag } = headers
    if (typeof etag !== 'string') return
    this.etags.delete(key)
    this.etags.set(key, etag)
    if (this.etags.size <= REMEMBERED_TAGS) return
    for (const oldest of this.etags.keys()) {
      this.etags.delete(oldest)
      return
    }
  }
}
