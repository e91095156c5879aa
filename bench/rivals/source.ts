import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A load that has read its row and has not been answered. */
interface HeldLoad {
  /** Answers it, with the row as it was when it was read. */
  release(): void
}

/**
 * The source of truth, over HTTP: a number per key. A load can be held between reading its row and answering, the gap in
 * which the row changes and is invalidated.
 */
export class Source {
  readonly url: string
  private readonly server: Server
  private readonly rows = new Map<string, number>()
  private readonly holds = new Map<string, (load: HeldLoad) => void>()
  private readonly loads = new Map<string, number>()

  private constructor(server: Server) {
    this.server = server
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  static async open(): Promise<Source> {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const source = new Source(server)
    server.on('request', (request, response) => source.serve(request.url?.split('/').at(-1) ?? '', response))
    return source
  }

  write(key: string, value: number): void {
    this.rows.set(key, value)
  }

  /** Holds the next load of a key; resolves once it has read its row. */
  holdNextLoad(key: string): Promise<HeldLoad> {
    return new Promise((resolve) => this.holds.set(key, resolve))
  }

  /** How often a key was loaded so far. */
  loadsOf(key: string): number {
    return this.loads.get(key) ?? 0
  }

  async close(): Promise<void> {
    this.server.closeAllConnections()
    await new Promise((resolve) => this.server.close(resolve))
  }

  private serve(key: string, response: ServerResponse): void {
    this.loads.set(key, this.loadsOf(key) + 1)
    const row = this.rows.get(key)
    const answer = () => {
      if (row === undefined) response.writeHead(404).end()
      else response.writeHead(200, { 'content-type': 'text/plain', 'surrogate-key': tagOf(key) }).end(String(row))
    }
    const hold = this.holds.get(key)
    this.holds.delete(key)
    if (hold === undefined) answer()
    else hold({ release: answer })
  }
}

/** The tag of a key's row. Contestants that take tags from their caller are given the same. */
export function tagOf(key: string): string {
  return `tag-${key}`
}
