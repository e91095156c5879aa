import { createServer, type Server, type ServerResponse } from 'node:http'
import type { Rows } from './rows.ts'
import { tagsOf } from './tags-of.ts'

/**
 * The origin of every key: `GET /<key>` reads the key's number, sleeps, and answers what it had read. In that sleep a write
 * and its invalidation make the answer an old one. In the oracle's own process, so that a commit is a statement.
 */
export class Source {
  readonly url: string
  /** Longest sleep after the read, milliseconds; drawn evenly from 0. */
  sleepMs = 10
  loads = 0
  private readonly server: Server
  private readonly gates = new Map<string, Gate>()

  private constructor(server: Server, rows: Rows) {
    this.server = server
    const address = server.address()
    this.url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
    server.on('request', (request, response) => {
      const key = decodeURIComponent((request.url ?? '/').slice(1))
      this.loads++
      void this.answer(key, String(rows.of(key).committed), response)
    })
  }

  static async open(rows: Rows): Promise<Source> {
    const server = createServer()
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(0, '127.0.0.1', resolve)
    })
    return new Source(server, rows)
  }

  /** The next load of a key stops between its read and its answer until the gate is opened; loads after it pass. */
  gate(key: string): Gate {
    const gate = new Gate()
    this.gates.set(key, gate)
    return gate
  }

  async close(): Promise<void> {
    for (const gate of this.gates.values()) gate.open()
    this.server.closeAllConnections()
    await new Promise((resolve) => this.server.close(resolve))
  }

  private async answer(key: string, read: string, response: ServerResponse): Promise<void> {
    const gate = this.gates.get(key)
    this.gates.delete(key)
    if (gate) await gate.pass()
    else if (this.sleepMs > 0) await new Promise((resolve) => setTimeout(resolve, Math.random() * this.sleepMs))
    response.writeHead(200, { 'content-type': 'text/plain', 'surrogate-key': tagsOf(key).join(' ') }).end(read)
  }
}

/** Where one load waits. */
export class Gate {
  /** Resolves when the load has read and waits. */
  readonly reached: Promise<void>
  private markReached = () => {}
  private readonly opened: Promise<void>
  private markOpened = () => {}

  constructor() {
    this.reached = new Promise((resolve) => {
      this.markReached = resolve
    })
    this.opened = new Promise((resolve) => {
      this.markOpened = resolve
    })
  }

  open(): void {
    this.markOpened()
  }

  pass(): Promise<void> {
    this.markReached()
    return this.opened
  }
}
