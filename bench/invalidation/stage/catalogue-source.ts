import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { z } from 'zod'
import type { Catalogue } from './catalogue.ts'

const BODY_BYTES = 100
const BatchQuestion = z.object({ keys: z.array(z.string()) })

/** The origin of the catalogue: every row holds the catalogue's edition, and padding. */
export class CatalogueSource {
  readonly url: string
  /** Told of each row that is loaded, when its load arrives. */
  onLoad: (row: number) => void = () => {}
  /** What every row says now. */
  edition = 1
  private readonly server: Server
  private readonly catalogue: Catalogue

  private constructor(server: Server, catalogue: Catalogue) {
    this.server = server
    this.catalogue = catalogue
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  static async open(catalogue: Catalogue): Promise<CatalogueSource> {
    const server = createServer({ keepAliveTimeout: 60_000 }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const source = new CatalogueSource(server, catalogue)
    server.on('request', (request, response) => source.serve(request, response))
    return source
  }

  /** A row's body in an edition. */
  static body(edition: number): string {
    return `${edition} `.padEnd(BODY_BYTES, '.')
  }

  static editionOf(body: string): number {
    return Number.parseInt(body, 10)
  }

  async close(): Promise<void> {
    this.server.closeAllConnections()
    await new Promise((resolve) => this.server.close(resolve))
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { catalogue } = this
    if (request.method === 'POST') {
      const { keys } = BatchQuestion.parse(JSON.parse(await text(request)))
      const entries = keys.map((key) => ({ key, status: 200, encoding: 'utf8', ...this.load(catalogue.rowOf(key)) }))
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ entries }))
      return
    }
    const { body, tags } = this.load(Number(request.url?.split('/').at(-1)))
    response.writeHead(200, { 'content-type': 'text/plain', 'surrogate-key': tags.join(' ') }).end(body)
  }

  private load(row: number): { body: string; tags: string[] } {
    this.onLoad(row)
    return { body: CatalogueSource.body(this.edition), tags: this.catalogue.tagsOf(row) }
  }
}
