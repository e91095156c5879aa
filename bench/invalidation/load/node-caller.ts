import { Agent, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { Receipt } from '@freshet/core/invalidation/receipt'
import { z } from 'zod'

const PATIENCE_MS = 60_000

/** What an invalidation names and how it is to be acknowledged, as `POST /api/invalidate` takes it. */
export interface Wish {
  keys?: readonly string[]
  tags?: readonly string[]
  wait: 'all' | 'local' | 'none'
}

const MgetItems = z.object({
  items: z.array(z.object({ key: z.string(), status: z.string(), value: z.string().optional() })),
})
export type ReadItem = z.infer<typeof MgetItems>['items'][number]

/** Speaks to one node over keep-alive connections, as many as there are requests under way. */
export class NodeCaller {
  /** False while the node is to be left alone. */
  inService = true
  private readonly agent = new Agent({ keepAlive: true })
  private readonly url: string
  private readonly authorization: string

  constructor(url: string, authorization: string) {
    this.url = url
    this.authorization = authorization
  }

  /** Rejects unless it was accepted. */
  async invalidate(wish: Wish): Promise<Receipt> {
    return Receipt.parse(await this.post('/api/invalidate', wish))
  }

  async invalidatePattern(pattern: string): Promise<Receipt> {
    return Receipt.parse(await this.post('/api/invalidate/pattern', { pattern, wait: 'all' }))
  }

  /** Reads up to 1,000 keys through the cache. */
  async read(keys: readonly string[]): Promise<ReadItem[]> {
    return MgetItems.parse(await this.post('/api/cache/mget', { keys })).items
  }

  close(): void {
    this.agent.destroy()
  }

  private post(path: string, document: object): Promise<unknown> {
    const body = JSON.stringify(document)
    const headers = { authorization: this.authorization, 'content-type': 'application/json' }
    return new Promise((resolve, reject) => {
      const options = { agent: this.agent, method: 'POST', headers, timeout: PATIENCE_MS }
      const fail = (cause: unknown) => reject(new Error(`POST ${this.url}${path} failed`, { cause }))
      const send = () => {
        const outgoing = request(this.url + path, options, (incoming) => {
          text(incoming).then((answer) => {
            if ((incoming.statusCode ?? 0) < 300) resolve(JSON.parse(answer))
            else fail(new Error(`${incoming.statusCode} ${answer}`))
          }, fail)
        })
        outgoing.once('timeout', () => outgoing.destroy(new Error(`not answered within ${PATIENCE_MS} ms`)))
        outgoing.once('error', (error: NodeJS.ErrnoException) => {
          // The server closed an idle connection while we were picking it: nothing was received, so it is sent again.
          if (outgoing.reusedSocket && error.code === 'ECONNRESET') send()
          else fail(error)
        })
        outgoing.end(body)
      }
      send()
    })
  }
}
