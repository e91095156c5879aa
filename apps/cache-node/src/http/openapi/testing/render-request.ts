import type { FuzzRequest } from './arbitrary-request.ts'

/** The request's octets. `last`: asks the server to close the connection after its reply. */
export function renderRequest(request: FuzzRequest, token: string | null, last: boolean): Buffer {
  const { method, target, headers, body, chunked } = request
  const lines = [
    `${method} ${target} HTTP/1.1`,
    'Host: localhost',
    ...(token === null ? [] : [`Authorization: Bearer ${token}`]),
    ...headers.map(([name, value]) => `${name}: ${value}`),
    ...(last ? ['Connection: close'] : []),
  ]
  if (body.length === 0) return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')
  const framing = chunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${body.length}`
  const head = Buffer.from(`${[...lines, framing].join('\r\n')}\r\n\r\n`, 'latin1')
  if (!chunked) return Buffer.concat([head, body])
  return Buffer.concat([head, Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n0\r\n\r\n')])
}
