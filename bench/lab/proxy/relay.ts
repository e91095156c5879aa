import net, { type Socket } from 'node:net'
import { isHandshake, readPurpose } from './resp-request.ts'
import { type Flow, Valve } from './valve.ts'

export type Direction = 'requests' | 'replies'

interface RelayEvents {
  /** Its purpose became known. */
  named(relay: Relay): void
  /** A request passes that is not of the handshake. */
  requested(purpose: string, chunk: Buffer): void
  closed(relay: Relay): void
}

/**
 * One connection through the proxy. Rules apply once it is past its handshake: a connection that is still introducing
 * itself would only fail, and it is replies to commands that a fault is about.
 */
export class Relay {
  purpose = ''
  private readonly client: Socket
  private readonly server: Socket
  private readonly valves: Record<Direction, Valve>
  private readonly flows: Record<Direction, Flow> = { requests: 'pass', replies: 'pass' }
  private isIntroduced = false
  private lettingOneThrough = false

  constructor(client: Socket, targetPort: number, events: RelayEvents) {
    this.client = client
    this.server = net.connect(targetPort, '127.0.0.1')
    this.valves = { requests: new Valve(this.server), replies: new Valve(client) }
    for (const socket of [client, this.server]) {
      socket.setNoDelay(true)
      // A peer that is killed resets; that is what the proxy is for.
      socket.on('error', () => socket.destroy())
    }
    client.on('data', (chunk: Buffer) => this.request(chunk, events))
    this.server.on('data', (chunk: Buffer) => this.valves.replies.push(chunk))
    // What a client sent before it gave up still arrives, however late: that is how an append of unknown fate happens.
    client.on('close', () => this.valves.requests.end())
    this.server.on('end', () => this.valves.replies.end())
    this.server.on('close', () => {
      client.destroy()
      events.closed(this)
    })
  }

  set(direction: Direction, flow: Flow): void {
    this.flows[direction] = flow
    if (this.isIntroduced) this.valves[direction].set(flow)
  }

  /** Lets what is held go on, and the replies to come until the next request: one whole reply of a connection that asks one thing at a time. */
  letOneThrough(): void {
    this.lettingOneThrough = true
    this.valves.replies.set('pass')
  }

  /** Lets what is held go on and holds what comes. */
  flush(direction: Direction): void {
    this.valves[direction].flush()
  }

  cut(): void {
    this.client.destroy()
    this.server.destroy()
  }

  private request(chunk: Buffer, events: RelayEvents): void {
    if (this.purpose === '') {
      this.purpose = readPurpose(chunk) ?? ''
      if (this.purpose !== '') events.named(this)
    }
    if (!this.isIntroduced && !isHandshake(chunk)) {
      this.isIntroduced = true
      for (const direction of ['requests', 'replies'] as const) this.valves[direction].set(this.flows[direction])
    }
    if (this.isIntroduced) {
      if (this.lettingOneThrough) {
        this.lettingOneThrough = false
        this.valves.replies.set(this.flows.replies)
      }
      events.requested(this.purpose, chunk)
    }
    this.valves.requests.push(chunk)
  }
}
