import type { Socket } from 'node:net'

/**
 * What happens to bytes on their way in one direction. `pass`; `hold`: they wait until the valve is opened; `swallow`:
 * they are gone, and the connection stays up (half open); `{ delayMs }`: they come later, in order.
 */
export type Flow = 'pass' | 'hold' | 'swallow' | { delayMs: number }

/** One direction of one connection. Bytes never overtake each other, whatever the flow was when they came. */
export class Valve {
  private readonly to: Socket
  private flow: Flow = 'pass'
  private waiting: { chunk: Buffer; dueMs: number }[] = []
  private timer: NodeJS.Timeout | null = null
  private ended = false

  constructor(to: Socket) {
    this.to = to
  }

  set(flow: Flow): void {
    this.flow = flow
    this.drain()
  }

  push(chunk: Buffer): void {
    if (this.flow === 'swallow') return
    const delayMs = typeof this.flow === 'object' ? this.flow.delayMs : 0
    this.waiting.push({ chunk, dueMs: performance.now() + delayMs })
    this.drain()
  }

  /** What is held now goes on; what comes later is held again. */
  flush(): void {
    for (const { chunk } of this.waiting.splice(0)) this.to.write(chunk)
  }

  /** After the last byte that still waits. */
  end(): void {
    this.ended = true
    this.drain()
  }

  private drain(): void {
    if (this.flow === 'hold') return
    if (this.timer) clearTimeout(this.timer)
    this.timer = null
    const nowMs = performance.now()
    while (this.waiting[0] && this.waiting[0].dueMs <= nowMs) {
      const next = this.waiting.shift()
      if (next) this.to.write(next.chunk)
    }
    const due = this.waiting[0]?.dueMs
    if (due !== undefined) this.timer = setTimeout(() => this.drain(), due - nowMs)
    else if (this.ended) this.to.end()
  }
}
