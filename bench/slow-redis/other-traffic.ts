import { Agent, type IncomingHttpHeaders, request } from 'node:http'

/** What a node is asked besides hits: values that an origin has, keys that nobody wrote, writes. */
export const KINDS = ['load', 'unknown', 'write'] as const
type Kind = (typeof KINDS)[number]

export interface OtherAnswer {
  kind: Kind
  status: number
  ms: number
}

const KEYS = 2_000
const BODY = Buffer.alloc(1_024, 'y')

/** Sends a request every so often, whatever became of those before, until it is stopped. */
export class OtherTraffic {
  private readonly agent = new Agent({ keepAlive: true })
  private readonly port: number
  private readonly headers: Record<string, string>
  private readonly timer: NodeJS.Timeout
  private answers: OtherAnswer[] = []
  private due = performance.now()
  private sent = 0

  constructor(port: number, headers: Record<string, string>, perSecond: number) {
    this.port = port
    this.headers = headers
    this.timer = setInterval(() => {
      for (; this.due <= performance.now(); this.due += 1_000 / perSecond) this.send()
    }, 2)
  }

  /** Answers since the last call. */
  take(): OtherAnswer[] {
    return this.answers.splice(0)
  }

  stop(): void {
    clearInterval(this.timer)
    this.agent.destroy()
  }

  private send(): void {
    const n = this.sent++
    const kind = KINDS[n % KINDS.length] ?? 'load'
    const key = `${kind === 'load' ? 'loaded' : kind}:${n % KEYS}`
    const sentMs = performance.now()
    const settled = (status: number) => this.answers.push({ kind, status, ms: performance.now() - sentMs })
    const method = kind === 'write' ? 'PUT' : 'GET'
    const headers: IncomingHttpHeaders = { ...this.headers }
    if (kind === 'write') headers['content-type'] = 'application/octet-stream'
    const { agent, port } = this
    const sending = request({ agent, port, host: '127.0.0.1', method, path: `/api/cache/${key}`, headers })
    sending.on('response', (response) => {
      response.resume().on('end', () => settled(response.statusCode ?? 0))
    })
    sending.on('error', () => settled(0))
    sending.end(kind === 'write' ? BODY : undefined)
  }
}
