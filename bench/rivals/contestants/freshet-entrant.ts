import { Receipt } from '@freshet/core/invalidation/receipt'
import { waitUntil } from '@freshet/scripts/processes/wait-until'
import { Undo } from '@freshet/testing/undo'
import { type CacheNode, openInstallation } from '../../harness/installation.ts'
import type { Answer, Entrant, Member, Target } from './contestant.ts'

/** Nothing expires by itself during a race. */
const TTL_MS = 3_600_000
/** A node that is asked while its lease has run out loads from the source. The default marks the old value stale instead. */
const WHEN_DEGRADED = 'bypass'
const NAMESPACE = 'race'
const ACKNOWLEDGED_WITHIN_MS = 30_000

/** Freshet through its HTTP API: two cache-nodes as they ship, invalidations with `wait: all`. */
export const freshetEntrant: Entrant = {
  name: 'Freshet',
  setUp: `two nodes with default settings (lease 2 s), \`wait: all\`, \`whenDegraded: ${WHEN_DEGRADED}\``,
  enter: async ({ redisUrl, proxiedRedisUrl, sourceUrl }) => {
    const origin = {
      url: `${sourceUrl}/rows/{rest}`,
      softTimeoutMs: 10_000,
      attemptTimeoutMs: 10_000,
      deadlineMs: 10_000,
    }
    const undo = new Undo()
    try {
      const policies = [{ name: NAMESPACE, ttlMs: TTL_MS, whenDegraded: WHEN_DEGRADED, origin } as const]
      const { authorization, startNode } = await openInstallation({ redisUrl, policies }, undo)
      const near = new NodeMember(await startNode(), authorization)
      const far = new NodeMember(await startNode({ REDIS_URL: proxiedRedisUrl }), authorization)
      return { name: 'Freshet', near, far, close: () => undo.all() }
    } catch (error) {
      await undo.all()
      throw error
    }
  },
}

class NodeMember implements Member {
  private readonly node: CacheNode
  private readonly headers: Record<string, string>

  constructor(node: CacheNode, authorization: string) {
    this.node = node
    this.headers = { authorization, 'content-type': 'application/json' }
  }

  async read(key: string): Promise<Answer> {
    try {
      const response = await this.request('GET', `/api/cache/${NAMESPACE}:${key}`)
      const text = await response.text()
      if (response.status !== 200) return { kind: 'error', message: `${response.status} ${text}` }
      const isMarked = /\bstale\b/.test(response.headers.get('cache-status') ?? '')
      return { kind: isMarked ? 'marked' : 'value', value: Number(text) }
    } catch (error) {
      return { kind: 'error', message: String(error) }
    }
  }

  async invalidate(target: Target): Promise<void> {
    const matchers = 'key' in target ? { keys: [`${NAMESPACE}:${target.key}`] } : { tags: [target.tag] }
    const response = await this.request('POST', '/api/invalidate', { ...matchers, wait: 'all' })
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`)
    const { id, state } = Receipt.parse(await response.json())
    if (state === 'acknowledged') return
    // The wait outlasted the request's limit and goes on: the receipt says when it is over.
    const isAcknowledged = () => this.isAcknowledged(id)
    if (!(await waitUntil(isAcknowledged, { timeoutMs: ACKNOWLEDGED_WITHIN_MS })))
      throw new Error(`not acknowledged within ${ACKNOWLEDGED_WITHIN_MS} ms`)
  }

  signal(signal: NodeJS.Signals): void {
    this.node.kill(signal)
  }

  private async isAcknowledged(id: string): Promise<boolean> {
    const response = await this.request('GET', `/api/invalidate/receipts/${id}`)
    return Receipt.parse(await response.json()).state === 'acknowledged'
  }

  private request(method: string, path: string, body?: object): Promise<Response> {
    const init = { method, headers: this.headers, ...(body && { body: JSON.stringify(body) }) }
    return fetch(this.node.url + path, init)
  }
}
