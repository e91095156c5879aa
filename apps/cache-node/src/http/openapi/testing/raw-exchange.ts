import { connect } from 'node:net'

export interface RawResponse {
  status: number
  headers: Map<string, string>
  body: Buffer
}

/** What a connection brought: whole responses, what could not be read as one, and whether it ended in order. */
export interface Exchange {
  responses: RawResponse[]
  rest: Buffer
  ended: 'closed' | 'reset' | 'hung'
}

/**
 * Sends bytes on one connection and reads until the server closes it. `methods`: of the requests sent, in order; a reply
 * to HEAD has no body. `halfClose`: say at once that nothing more will come.
 */
export function exchangeRaw(
  url: string,
  bytes: Buffer,
  methods: readonly string[],
  { halfClose = false, patienceMs = 8_000 } = {},
): Promise<Exchange> {
  const { hostname, port } = new URL(url)
  const chunks: Buffer[] = []
  return new Promise((resolve) => {
    let ended: Exchange['ended'] = 'closed'
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true }, () => {
      socket.write(bytes)
      if (halfClose) socket.end()
    })
    const timer = setTimeout(() => {
      ended = 'hung'
      socket.destroy()
    }, patienceMs)
    socket.on('data', (chunk: Buffer) => chunks.push(chunk))
    socket.on('end', () => socket.end())
    socket.on('error', () => {
      ended = 'reset'
    })
    socket.on('close', () => {
      clearTimeout(timer)
      resolve({ ...parseResponses(Buffer.concat(chunks), methods), ended })
    })
  })
}

function parseResponses(bytes: Buffer, methods: readonly string[]): Pick<Exchange, 'responses' | 'rest'> {
  const responses: RawResponse[] = []
  let rest = bytes
  for (;;) {
    const parsed = parseResponse(rest, methods[responses.length] ?? 'GET')
    if (parsed === null) return { responses, rest }
    // Between requests, "go on" is no answer.
    if (parsed.response.status >= 200) responses.push(parsed.response)
    rest = rest.subarray(parsed.length)
  }
}

function parseResponse(bytes: Buffer, method: string): { response: RawResponse; length: number } | null {
  const headEnd = bytes.indexOf('\r\n\r\n')
  if (headEnd === -1) return null
  const [line = '', ...fields] = bytes.toString('latin1', 0, headEnd).split('\r\n')
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(line)?.[1])
  const headers = new Map(
    fields.map((field) => {
      const colon = field.indexOf(':')
      return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()]
    }),
  )
  const bodyStart = headEnd + 4
  const bodiless = method === 'HEAD' || status < 200 || status === 204 || status === 304
  const length = bodyStart + (bodiless ? 0 : Number(headers.get('content-length') ?? Number.NaN))
  if (Number.isNaN(status) || Number.isNaN(length) || length > bytes.length) return null
  return { response: { status, headers, body: bytes.subarray(bodyStart, length) }, length }
}
