import net from 'node:net'

/** How one read ended. */
export interface Landed {
  /** On this process's monotonic clock. */
  atMs: number
  /** 0: no node answered. */
  status: number
  body: string
}

/** New connections at once: more would overrun the queue of those that a server has not accepted yet. */
const CONNECTS_AT_ONCE = 100

/** Readers with a connection each, so that all can wait at the same time. Bare sockets: ten thousand of them in one process. */
export class Flock {
  private readonly request: string
  private readonly sockets: net.Socket[]
  /** Where a reader turns whose connection fails: what a load balancer would do. */
  private readonly others: (url: string) => string

  private constructor(request: string, sockets: net.Socket[], others: (url: string) => string) {
    this.request = request
    this.sockets = sockets
    this.others = others
  }

  /** Connects so many readers, evenly to all of the urls. */
  static async connect(
    size: number,
    urls: readonly string[],
    key: string,
    token: string,
    others: (url: string) => string,
  ): Promise<Flock> {
    const sockets: net.Socket[] = []
    while (sockets.length < size) {
      const batch = Array.from({ length: Math.min(CONNECTS_AT_ONCE, size - sockets.length) }, (_, i) =>
        connect(urls[(sockets.length + i) % urls.length] ?? ''),
      )
      sockets.push(...(await Promise.all(batch)))
    }
    const request = `GET /api/cache/${encodeURIComponent(key)} HTTP/1.1\r\nhost: lab\r\nauthorization: Bearer ${token}\r\nconnection: close\r\n\r\n`
    return new Flock(request, sockets, others)
  }

  /** All read at once. Resolves when each of them has landed. */
  async read(): Promise<Landed[]> {
    return Promise.all(
      this.sockets.map(async (socket) => {
        const url = urlOf(socket)
        const landed = await this.readOn(socket)
        return landed.status > 0 ? landed : this.readOn(await connect(this.others(url)))
      }),
    )
  }

  close(): void {
    for (const socket of this.sockets) socket.destroy()
  }

  private readOn(socket: net.Socket): Promise<Landed> {
    return new Promise((resolve) => {
      let text = ''
      socket.setEncoding('utf8')
      socket.on('data', (chunk: string) => {
        text += chunk
      })
      socket.once('close', () => resolve(landedOf(text)))
      socket.on('error', () => {})
      socket.write(this.request)
    })
  }
}

function landedOf(text: string): Landed {
  const [head = '', body = ''] = text.split('\r\n\r\n')
  return { atMs: performance.now(), status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1] ?? 0), body }
}

function urlOf({ remotePort }: net.Socket): string {
  return `http://127.0.0.1:${remotePort}`
}

function connect(url: string): Promise<net.Socket> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(Number(new URL(url).port), '127.0.0.1')
    socket.once('connect', () => resolve(socket))
    socket.once('error', reject)
  })
}
