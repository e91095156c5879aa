import net, { type AddressInfo, type Server } from 'node:net'
import { Valve } from '../lab/proxy/valve.ts'

/** A way to Redis on which every answer takes as long as it is told, those of handshakes too. */
export class SlowLink {
  readonly url: string
  /** Connections that were opened so far. */
  opened = 0
  private readonly server: Server
  private readonly valves = new Set<Valve>()
  private delayMs = 0

  private constructor(server: Server, targetPort: number) {
    this.server = server
    this.url = `redis://127.0.0.1:${(server.address() as AddressInfo).port}`
    server.on('connection', (client) => {
      this.opened++
      const upstream = net.connect(targetPort, '127.0.0.1')
      const replies = new Valve(client)
      replies.set({ delayMs: this.delayMs })
      this.valves.add(replies)
      for (const socket of [client, upstream]) {
        socket.setNoDelay(true)
        socket.on('error', () => socket.destroy())
      }
      client.pipe(upstream)
      upstream.on('data', (chunk: Buffer) => replies.push(chunk))
      upstream.on('close', () => client.destroy())
      client.on('close', () => {
        this.valves.delete(replies)
        upstream.destroy()
      })
    })
  }

  static async open(targetPort: number): Promise<SlowLink> {
    const server = net.createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return new SlowLink(server, targetPort)
  }

  slow(delayMs: number): void {
    this.delayMs = delayMs
    for (const valve of this.valves) valve.set({ delayMs })
  }

  /** To be called when nobody uses it any more. */
  async close(): Promise<void> {
    await new Promise((resolve) => this.server.close(resolve))
  }
}
