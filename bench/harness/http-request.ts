/** The bytes of one HTTP/1.1 request, as a client library writes them. */
export function httpRequest(
  method: string,
  target: string,
  headers: Readonly<Record<string, string>> = {},
  body: Buffer | null = null,
): Buffer {
  const fields = {
    Host: '127.0.0.1',
    'User-Agent': 'bench/1.0',
    Accept: '*/*',
    ...headers,
    ...(body && { 'Content-Length': String(body.length) }),
  }
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.concat([Buffer.from(`${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n`), body ?? Buffer.alloc(0)])
}
