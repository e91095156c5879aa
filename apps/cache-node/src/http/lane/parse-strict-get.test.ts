import { describe, expect, it } from 'vitest'
import { PARTIAL, REFUSED } from './field-line.ts'
import { keyOf, readGetHeaders, readGetLine } from './parse-strict-get.ts'

const latin1 = (text: string) => Buffer.from(text, 'latin1')

describe('the request line', () => {
  it('ends after its CR LF, wherever it begins', () => {
    const line = 'GET /api/cache/users:42 HTTP/1.1\r\n'
    const bytes = latin1(`xx${line}Host: a`)
    expect(readGetLine(bytes, 2)).toBe(2 + line.length)
    expect(keyOf(bytes, 2, 2 + line.length)).toBe('users:42')
  })

  it('holds a key of any characters that need no percent-encoding', () => {
    const key = "AZaz09-._~:@!$&'()*+,;="
    const bytes = latin1(`GET /api/cache/${key} HTTP/1.1\r\n`)
    expect(keyOf(bytes, 0, readGetLine(bytes, 0))).toBe(key)
  })

  it('is partial at every place where it may break off', () => {
    const line = 'GET /api/cache/users:42 HTTP/1.1\r\n'
    for (let length = 0; length < line.length; length++)
      expect(readGetLine(latin1(line.slice(0, length)), 0), `after ${length} bytes`).toBe(PARTIAL)
  })

  it.each([
    'PUT /api/cache/k HTTP/1.1\r\n',
    'get /api/cache/k HTTP/1.1\r\n',
    'GET  /api/cache/k HTTP/1.1\r\n',
    'GET /api/cache/ HTTP/1.1\r\n',
    'GET /api/caches HTTP/1.1\r\n',
    'GET /api/cache/a%20b HTTP/1.1\r\n',
    'GET /api/cache/a/b HTTP/1.1\r\n',
    'GET /api/cache/k?x HTTP/1.1\r\n',
    'GET /api/cache/k#x HTTP/1.1\r\n',
    'GET /api/cache/k"x HTTP/1.1\r\n',
    'GET /api/cache/k\x00 HTTP/1.1\r\n',
    'GET /api/cache/k\xe9 HTTP/1.1\r\n',
    'GET /api/cache/k HTTP/1.0\r\n',
    'GET /api/cache/k HTTP/1.1\n',
    'GET /api/cache/k HTTP/1.1 \r\n',
    'GET /api/cache/k\tHTTP/1.1\r\n',
    'GET http://a/api/cache/k HTTP/1.1\r\n',
  ])('is refused as %j', (line) => {
    expect(readGetLine(latin1(line), 0)).toBe(REFUSED)
  })

  it('holds a key of 512 bytes and none of 513', () => {
    const line = (length: number) => latin1(`GET /api/cache/${'k'.repeat(length)} HTTP/1.1\r\n`)
    expect(readGetLine(line(512), 0)).toBe(line(512).length)
    expect(readGetLine(line(513), 0)).toBe(REFUSED)
  })
})

describe('the header block', () => {
  const read = (...lines: string[]) => readGetHeaders(latin1(`${lines.join('\r\n')}\r\n\r\n`), 0)

  it('gives what may change an answer, whatever the case of names', () => {
    const block = ['HOST: a:9400', 'authorization: Bearer x', 'If-none-Match: "v1"', 'X-REQUEST-ID: r.1_2-3']
    expect(read(...block)).toMatchObject({ authorization: 'Bearer x', ifNoneMatch: '"v1"', requestId: 'r.1_2-3' })
  })

  it('gives null for what is not there', () => {
    expect(read('Host: a')).toMatchObject({ authorization: null, ifNoneMatch: null, requestId: null })
  })

  it('admits what common clients send', () => {
    const curl = ['Host: localhost:9400', 'User-Agent: curl/8.5.0', 'Accept: */*']
    const undici = [
      'host: [::1]:9400',
      'connection: keep-alive',
      'accept: */*',
      'accept-language: *',
      'sec-fetch-mode: cors',
      'user-agent: node',
      'accept-encoding: gzip, deflate',
    ]
    expect(read(...curl)).toMatchObject({ authorization: null })
    const traced = [
      ...undici,
      'traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
      'tracestate: a=b',
    ]
    expect(read(...undici)).toMatchObject({ authorization: null })
    expect(read(...traced)).toMatchObject({ authorization: null })
  })

  it('ends after the blank line and leaves the next request alone', () => {
    const block = 'Host: a\r\n\r\n'
    expect(readGetHeaders(latin1(`${block}GET /api/cache/k`), 0)).toMatchObject({ end: block.length })
  })

  it('is partial at every place where it may break off', () => {
    const block = 'Host: a\r\nIf-None-Match: "v1"\r\nUser-Agent:b c\r\n\r\n'
    for (let length = 0; length < block.length; length++)
      expect(readGetHeaders(latin1(block.slice(0, length)), 0), `after ${length} bytes`).toBe(PARTIAL)
  })

  it.each([
    [[]],
    [['Accept: */*']],
    [['Host: a', 'Host: a']],
    [['Host: a', 'Accept: a', 'accept: b']],
    [['Host: a b']],
    [['Host: a/b']],
    [['Host: ']],
    [['Host:  a']],
    [['Host: a ']],
    [['Host: a\t']],
    [['Host : a']],
    [['Host']],
    [[': a', 'Host: a']],
    [[' Host: a']],
    [['Host: a', 'User-Agent: a\r\n b']],
    [['Host: a', 'User-Agent: a\nX: y']],
    [['Host: a', 'User-Agent: a\0']],
    [['Host: a', 'User-Agent: \x7f']],
    [['Host: a', 'User-Agent: \xe9']],
    [['Host: a', 'Connection: close']],
    [['Host: a', 'Connection: keep-alive, close']],
    [['Host: a', 'Content-Length: 0']],
    [['Host: a', 'Transfer-Encoding: chunked']],
    [['Host: a', 'Expect: 100-continue']],
    [['Host: a', 'Upgrade: h2c']],
    [['Host: a', 'Origin: https://b']],
    [['Host: a', 'Cookie: a=b']],
    [['Host: a', 'Range: bytes=0-1']],
    [['Host: a', 'Cache-Control: no-cache']],
    [['Host: a', 'Pragma: no-cache']],
    [['Host: a', 'Freshet-Lease: request']],
    [['Host: a', 'traceparent: 00-0-0-01', 'Traceparent: 00-0-0-02']],
    [['Host: a', 'X-Forwarded-For: 10.0.0.1']],
    [['Host: a', 'If-None-Match: *']],
    [['Host: a', 'If-None-Match: v1']],
    [['Host: a', 'If-None-Match: "']],
    [['Host: a', 'If-None-Match: W/"v1"']],
    [['Host: a', 'If-None-Match: "v1", "v2"']],
    [['Host: a', 'X-Request-Id: a b']],
    [['Host: a', `X-Request-Id: ${'a'.repeat(65)}`]],
  ])('is refused as %j', (lines) => {
    expect(read(...lines)).toBe(REFUSED)
  })
})
