import type { IncomingHttpHeaders } from 'node:http'
import type { Dispatcher } from 'undici'

export interface PeerResponse {
  status: number
  headers: IncomingHttpHeaders
  body: Buffer
}

/** What came over the wire was more than any answer may be. */
export class AnswerTooLarge extends Error {}

/**
 * One request to another node, as undici's dispatcher reports it: without the streams that its other calls make of every
 * answer, which cost a fifth of the throughput. Settles once; whoever gives it up cuts its connection, since the answer
 * may still come.
 */
export class PeerExchange implements Dispatcher.DispatchHandler {
  readonly response: Promise<PeerResponse>
  private readonly maxBytes: number
  private controller: Dispatcher.DispatchController | null = null
  private settle: { resolve(response: PeerResponse): void; reject(error: Error): void } | null = null
  private givenUp: Error | null = null
  private status = 0
  private headers: IncomingHttpHeaders = {}
  private readonly chunks: Buffer[] = []
  private bytes = 0

  /** `maxBytes`: of the body. */
  constructor(maxBytes: number) {
    this.maxBytes = maxBytes
    this.response = new Promise((resolve, reject) => {
      this.settle = { resolve, reject }
    })
  }

  /** Rejects with `error` at once, whether the request has been sent or still waits for a connection. */
  giveUp(error: Error): void {
    this.givenUp = error
    this.settle?.reject(error)
    this.settle = null
    this.controller?.abort(error)
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller
    // It waited for a connection so long that nobody wants it any more: not even sent.
    if (this.givenUp !== null) controller.abort(this.givenUp)
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    this.status = status
    this.headers = headers
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.bytes += chunk.length
    if (this.bytes > this.maxBytes) this.giveUp(new AnswerTooLarge(`more than ${this.maxBytes} bytes`))
    else this.chunks.push(chunk)
  }

  onResponseEnd(): void {
    const [first] = this.chunks
    const body = this.chunks.length === 1 && first !== undefined ? first : Buffer.concat(this.chunks)
    this.settle?.resolve({ status: this.status, headers: this.headers, body })
    this.settle = null
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.settle?.reject(error)
    this.settle = null
  }
}
