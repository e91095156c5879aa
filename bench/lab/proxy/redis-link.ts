import net from 'node:net'
import { type Direction, Relay } from './relay.ts'
import type { Flow } from './valve.ts'

/** What a connection of a node is for; nodes name their connections so. `*`: any. */
type Purpose = 'poll' | 'append' | 'doorbell' | 'l2' | '*'

interface Rule {
  purpose: Purpose
  direction: Direction
  flow: Flow
}

/** One process's way to Redis, through a proxy in a test's hand. */
export class RedisLink {
  readonly port: number
  private readonly server: net.Server
  private targetPort: number
  private rules: Rule[] = []
  private isRefusing = false
  private readonly relays = new Set<Relay>()
  private readonly listeners = new Set<(purpose: string, chunk: Buffer) => void>()

  private constructor(server: net.Server, targetPort: number) {
    this.server = server
    this.targetPort = targetPort
    const address = server.address()
    this.port = typeof address === 'object' && address ? address.port : 0
    server.on('connection', (client) => this.accept(client))
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`
  }

  static async open(targetPort: number): Promise<RedisLink> {
    const server = net.createServer()
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(0, '127.0.0.1', resolve)
    })
    return new RedisLink(server, targetPort)
  }

  /** From now on, for connections that are there and those that come. @returns how to end this rule. */
  rule(purpose: Purpose, direction: Direction, flow: Flow): () => void {
    const rule = { purpose, direction, flow }
    this.rules.push(rule)
    this.apply()
    return () => {
      this.rules = this.rules.filter((one) => one !== rule)
      this.apply()
    }
  }

  /** Ends every rule. */
  reopen(): void {
    this.rules = []
    this.apply()
  }

  /** Lets one held reply of each connection of that purpose go on. */
  letOneThrough(purpose: Purpose): void {
    for (const relay of this.of(purpose)) relay.letOneThrough()
  }

  /** Lets what is held now go on; what comes later is held again. */
  flush(purpose: Purpose, direction: Direction): void {
    for (const relay of this.of(purpose)) relay.flush(direction)
  }

  /** Closes every connection of that purpose. */
  cut(purpose: Purpose = '*'): void {
    for (const relay of this.of(purpose)) relay.cut()
  }

  /** Nobody gets through any more, as when a cable is pulled out. @returns how to put it back. */
  refuse(): () => void {
    this.isRefusing = true
    this.cut()
    return () => {
      this.isRefusing = false
    }
  }

  /** New connections lead there; those that are there are cut. */
  retarget(port: number): void {
    this.targetPort = port
    this.cut()
  }

  /** Resolves when a connection of that purpose asks something that `isIt`, before it is passed on. */
  async nextRequest(purpose: Purpose, isIt: (chunk: Buffer) => boolean, limitMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const finish = (seen: boolean) => {
        clearTimeout(timer)
        this.listeners.delete(listener)
        resolve(seen)
      }
      const timer = setTimeout(finish, limitMs, false)
      const listener = (asked: string, chunk: Buffer) => {
        if ((purpose === '*' || asked === purpose) && isIt(chunk)) finish(true)
      }
      this.listeners.add(listener)
    })
  }

  async close(): Promise<void> {
    this.cut()
    await new Promise((resolve) => this.server.close(resolve))
  }

  private accept(client: net.Socket): void {
    if (this.isRefusing) {
      client.destroy()
      return
    }
    const relay = new Relay(client, this.targetPort, {
      named: (it) => this.applyTo(it),
      requested: (purpose, chunk) => {
        for (const listener of this.listeners) listener(purpose, chunk)
      },
      closed: (it) => this.relays.delete(it),
    })
    this.relays.add(relay)
    this.applyTo(relay)
  }

  private of(purpose: Purpose): Relay[] {
    return [...this.relays].filter((relay) => purpose === '*' || relay.purpose === purpose)
  }

  private apply(): void {
    for (const relay of this.relays) this.applyTo(relay)
  }

  private applyTo(relay: Relay): void {
    for (const direction of ['requests', 'replies'] as const) {
      const rule = this.rules.findLast(
        (one) => one.direction === direction && (one.purpose === '*' || one.purpose === relay.purpose),
      )
      relay.set(direction, rule?.flow ?? 'pass')
    }
  }
}
