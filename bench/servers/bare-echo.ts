import { createServer } from 'node:http'

/**
 * The yardstick: node:http, a Map, and nothing else. It checks no credential, knows no freshness, counts nothing.
 * GET answers the value, PUT stores it. Environment: PORT.
 */
const values = new Map<string, Buffer>()

const server = createServer((request, response) => {
  const key = request.url ?? ''
  if (request.method === 'PUT') {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      values.set(key, Buffer.concat(chunks))
      response.writeHead(204)
      response.end()
    })
    return
  }
  const value = key === '/ready' ? Buffer.alloc(0) : values.get(key)
  if (value === undefined) {
    response.writeHead(404, { 'Content-Length': 0 })
    response.end()
    return
  }
  response.writeHead(200, { 'Content-Type': 'application/octet-stream', 'Content-Length': value.length })
  response.end(value)
})

server.listen(Number(process.env.PORT), '127.0.0.1')
