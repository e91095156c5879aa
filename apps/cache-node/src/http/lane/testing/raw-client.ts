import { connect, type Socket } from 'node:net'
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises'

/** What came back on a connection, and how it ended. */
export interface Transcript {
  /** The client's port. */
  readonly port: number
  readonly text: string
  readonly closed: boolean
  /** The peer reset the connection: bytes on their way may be lost, on any server. */
  readonly reset: boolean
}

/** A client that sends what it is told, in the pieces it is told. */
export class RawClient {
  readonly socket: Socket
  readonly port: number
  private text = ''
  private closed = false
  private reset = false
  private changedAtMs = performance.now()

  private constructor(socket: Socket) {
    this.socket = socket
    this.port = socket.localPort ?? 0
    socket.setNoDelay(true)
    socket.on('data', (chunk: Buffer) => {
      this.text += chunk.toString('latin1')
      this.changedAtMs = performance.now()
    })
    socket.on('error', () => {
      this.reset = true
    })
    socket.on('close', () => {
      this.closed = true
    })
  }

  static async open(port: number): Promise<RawClient> {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject))
    return new RawClient(socket)
  }

  /** Each piece leaves in a turn of its own, so that the server reads it by itself. */
  async send(...pieces: (Buffer | string)[]): Promise<void> {
    for (const piece of pieces) {
      if (!this.socket.writable) return
      this.socket.write(typeof piece === 'string' ? Buffer.from(piece, 'latin1') : piece)
      await turn()
      await turn()
    }
  }

  /** Resolves once the text received satisfies the condition; rejects after `limitMs`. */
  async until(condition: (text: string) => boolean, limitMs = 20_000): Promise<string> {
    const deadline = performance.now() + limitMs
    while (!condition(this.text)) {
      if (this.closed) throw new Error(`closed after: ${this.text}`)
      if (performance.now() > deadline) throw new Error(`nothing more after: ${this.text}`)
      await sleep(1)
    }
    return this.text
  }

  /** Waits until the server closed the connection or said nothing for `quietMs`. */
  async settle(quietMs: number): Promise<Transcript> {
    while (!this.closed && !this.socket.readableEnded && performance.now() - this.changedAtMs < quietMs) await sleep(1)
    const closed = this.closed || this.socket.readableEnded
    const transcript = { port: this.port, text: this.text, closed, reset: this.reset }
    this.socket.destroy()
    return transcript
  }

  destroy(): void {
    this.socket.destroy()
  }
}
