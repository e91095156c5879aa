import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

/** A TCP proxy on loopback whose connections can be cut, or stopped without being closed. */
export class TcpProxy {
  readonly port: number
  private readonly server: Server
  private readonly sockets = new Set<Socket>()
  private paused = false
  private refusing = false

  private constructor(server: Server, targetPort: number) {
    this.server = server
    this.port = (server.address() as AddressInfo).port
    server.on('connection', (client) => {
      if (this.refusing) client.destroy()
      else this.join(client, connect(targetPort, '127.0.0.1'))
    })
  }

  static async open(targetPort: number): Promise<TcpProxy> {
    // Neither side's end of stream ends the other before its bytes have arrived.
    const server = createServer({ allowHalfOpen: false })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return new TcpProxy(server, targetPort)
  }

  /** Delivers nothing more, in either direction, and closes nothing: what a network does that loses packets. */
  pause(): void {
    this.paused = true
    for (const socket of this.sockets) socket.pause()
  }

  /** Delivers what was held, in order. */
  resume(): void {
    this.paused = false
    for (const socket of this.sockets) socket.resume()
  }

  /** Lets nobody in any more; who is connected stays so. */
  refuse(): void {
    this.refusing = true
  }

  accept(): void {
    this.refusing = false
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy()
    await new Promise((resolve) => this.server.close(resolve))
  }

  private join(client: Socket, upstream: Socket): void {
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      this.sockets.add(from)
      from.setNoDelay(true)
      // Whoever connects during a pause gets a connection on which nothing arrives.
      if (this.paused) from.pause()
      from.on('data', (bytes) => to.write(bytes))
      from.on('error', () => to.destroy())
      from.on('close', () => {
        this.sockets.delete(from)
        to.destroy()
      })
    }
  }
}
