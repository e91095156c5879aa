import { describe, expect, it } from 'vitest'
import { PARTIAL, REFUSED } from './field-line.ts'
import { frameRequest } from './frame-request.ts'

const latin1 = (text: string) => Buffer.from(text, 'latin1')
const head = (line: string, ...fields: string[]) => `${[line, ...fields].join('\r\n')}\r\n\r\n`
const frame = (text: string) => frameRequest(latin1(text), 0)

describe('a frame', () => {
  it.each(['GET', 'HEAD', 'PUT', 'POST', 'PATCH', 'DELETE', 'PURGE', 'OPTIONS'])('is found for %s', (method) => {
    const text = head(`${method} /a?b=%2F HTTP/1.1`, 'Host: a', 'Cookie: c=d')
    expect(frame(`${text}GET /next`)).toEqual({ headEnd: text.length, bodyLength: 0 })
  })

  it.each([0, 1, 8_388_608])('counts a body of %d bytes', (length) => {
    const text = head('PUT /a HTTP/1.1', 'content-LENGTH: '.concat(String(length)), 'host: a')
    expect(frame(text)).toEqual({ headEnd: text.length, bodyLength: length })
  })

  it('is partial at every place where the head may break off', () => {
    const text = head('DELETE /api HTTP/1.1', 'Host: a', 'Content-Length: 3')
    for (let length = 0; length < text.length; length++)
      expect(frame(text.slice(0, length)), `after ${length} bytes`).toBe(PARTIAL)
  })

  it.each([
    head('PUT / HTTP/1.1'),
    head('PUT / HTTP/1.1', 'Host: a', 'Host: b'),
    head('PUT / HTTP/1.1', 'Host: a', 'Transfer-Encoding: chunked'),
    head('PUT / HTTP/1.1', 'Host: a', 'transfer-encoding: identity'),
    head('PUT / HTTP/1.1', 'Host: a', 'Content-Length: 1', 'Content-Length: 1'),
    head('PUT / HTTP/1.1', 'Host: a', 'Content-Length: 1, 1'),
    head('PUT / HTTP/1.1', 'Host: a', 'Content-Length: +1'),
    head('PUT / HTTP/1.1', 'Host: a', 'Content-Length: 0x1'),
    head('PUT / HTTP/1.1', 'Host: a', 'Content-Length: 1e3'),
    head('PUT / HTTP/1.1', 'Host: a', 'Content-Length: 9999999999999999'),
    head('PUT / HTTP/1.1', 'Host: a', 'Content-Length:'),
    head('PUT / HTTP/1.1', 'Host: a', 'Expect: 100-continue'),
    head('PUT / HTTP/1.1', 'Host: a', 'Upgrade: h2c'),
    head('PUT / HTTP/1.1', 'Host: a', 'Connection: close'),
    head('PUT / HTTP/1.1', 'Host: a', 'Proxy-Connection: keep-alive'),
    head('PUT / HTTP/1.1', 'Host: a', 'X: y\r\n folded'),
    head('PUT / HTTP/1.1', 'Host: a', 'Content-Length : 1'),
    head('PUT / HTTP/1.1', 'Host: a', 'X: \xe9'),
    head('PUT / HTTP/1.0', 'Host: a'),
    head('PUT  / HTTP/1.1', 'Host: a'),
    head('PUT http://a/ HTTP/1.1', 'Host: a'),
    head('OPTIONS * HTTP/1.1', 'Host: a'),
    head('CONNECT a:1 HTTP/1.1', 'Host: a'),
    head('put / HTTP/1.1', 'Host: a'),
    `\r\n${head('PUT / HTTP/1.1', 'Host: a')}`,
    'PUT / HTTP/1.1\nHost: a\n\n',
    'NOTAMETHOD',
    '\x16\x03\x01',
  ])('is not found for %j', (text) => {
    expect(frame(text)).toBe(REFUSED)
  })
})
