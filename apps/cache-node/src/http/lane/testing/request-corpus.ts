import fc from 'fast-check'

/** Requests that the lane or its relay should carry, as clients write them. */
const key = fc.constantFrom(
  'hit:1',
  'hit:split',
  'hit:~a.b_c-d',
  'load:1',
  'none:1',
  'throw:1',
  'miss:1',
  'miss:slow',
  "hit!$&'()*+,;=@",
)
const header = fc.constantFrom(
  'Authorization: Bearer a',
  'Authorization: Bearer unknown',
  'User-Agent: curl/8.5.0',
  'Accept: */*',
  'Accept-Encoding: gzip, deflate',
  'accept-language: *',
  'sec-fetch-mode: cors',
  'Connection: keep-alive',
  'If-None-Match: "abc"',
  'If-None-Match: W/"abc"',
  'X-Request-Id: 7f1a-1',
  'X-Request-Id: no spaces here',
  'Freshet-Forwarded: 00000000000000a1.7;to=node-1',
  'freshet-forwarded: 00000000000000a1.8;to=node-1;mode=reload',
  'Freshet-Forwarded: anything',
  'Cache-Control: no-cache',
  'Cookie: a=b',
  'Range: bytes=0-1',
)
const headers = fc.uniqueArray(header, { maxLength: 5, selector: (line) => line.split(':', 1)[0]?.toLowerCase() })
const body = fc.string({ maxLength: 40 }).map((text) => Buffer.from(text).toString('latin1'))

function head(line: string, fields: readonly string[]): string {
  return `${[line, 'Host: example.org', ...fields].join('\r\n')}\r\n\r\n`
}

export const laneGet = fc.tuple(key, headers).map(([k, fields]) => head(`GET /api/cache/${k} HTTP/1.1`, fields))

const target = fc.constantFrom('/', '/api/cache/hit:1', '/api/cache/a%20b', '/api/cache/hit:1?ttl=3', '/slow', '/early')

const bodiless = fc
  .tuple(fc.constantFrom('GET', 'HEAD', 'DELETE', 'PURGE', 'OPTIONS'), target, headers)
  .map(([method, path, fields]) => head(`${method} ${path} HTTP/1.1`, fields))

const withLength = fc
  .tuple(fc.constantFrom('PUT', 'POST', 'PATCH', 'GET'), target, headers, body)
  .map(([method, path, fields, text]) =>
    head(`${method} ${path} HTTP/1.1`, [...fields, `Content-Length: ${text.length}`]).concat(text),
  )

/** Its body looks like a request: whoever miscounts answers it. */
const nested = fc
  .tuple(laneGet, target)
  .map(([inner, path]) => head(`PUT ${path} HTTP/1.1`, [`content-length: ${inner.length}`]).concat(inner))

const chunked = body.map((text) =>
  head('PUT /api/cache/a HTTP/1.1', ['Transfer-Encoding: chunked']).concat(
    text === '' ? '' : `${text.length.toString(16)}\r\n${text}\r\n`,
    '0\r\n\r\n',
  ),
)

export const soundRequest = fc.oneof(
  { arbitrary: laneGet, weight: 5 },
  { arbitrary: bodiless, weight: 2 },
  { arbitrary: withLength, weight: 2 },
  { arbitrary: nested, weight: 1 },
  { arbitrary: chunked, weight: 1 },
)

const SMUGGLED = 'GET /api/cache/hit:smuggled HTTP/1.1\r\nHost: example.org\r\n\r\n'

/** What attackers send: every row is read otherwise by some server or proxy. */
export const hostileRequests: Record<string, string> = {
  'CL.TE': head('POST / HTTP/1.1', ['Content-Length: 6', 'Transfer-Encoding: chunked']).concat('0\r\n\r\n', SMUGGLED),
  'TE.CL': head('POST / HTTP/1.1', ['Transfer-Encoding: chunked', 'Content-Length: 4']).concat('5c\r\n', SMUGGLED),
  'TE with a tab': head('POST / HTTP/1.1', ['Transfer-Encoding:\tchunked', 'Content-Length: 5']).concat(
    '0\r\n\r\n',
    SMUGGLED,
  ),
  'TE twice': head('POST / HTTP/1.1', ['Transfer-Encoding: chunked', 'Transfer-Encoding: identity']).concat(
    '0\r\n\r\n',
    SMUGGLED,
  ),
  'TE with a vertical tab': head('POST / HTTP/1.1', ['Transfer-Encoding: \x0bchunked']).concat('0\r\n\r\n', SMUGGLED),
  'TE before a colon with a space': head('POST / HTTP/1.1', ['Transfer-Encoding : chunked']).concat(
    '0\r\n\r\n',
    SMUGGLED,
  ),
  'lengths that differ': head('POST / HTTP/1.1', ['Content-Length: 0', `Content-Length: ${SMUGGLED.length}`]).concat(
    SMUGGLED,
  ),
  'lengths that agree': head('POST / HTTP/1.1', ['Content-Length: 3', 'Content-Length: 3']).concat('abc', SMUGGLED),
  'a list of lengths': head('POST / HTTP/1.1', ['Content-Length: 3, 3']).concat('abc', SMUGGLED),
  'a signed length': head('POST / HTTP/1.1', ['Content-Length: +3']).concat('abc', SMUGGLED),
  'a hexadecimal length': head('POST / HTTP/1.1', ['Content-Length: 0x3']).concat('abc', SMUGGLED),
  'an empty length': head('POST / HTTP/1.1', ['Content-Length:']).concat(SMUGGLED),
  'a length with a blank after it': head('POST / HTTP/1.1', ['Content-Length: 3 ']).concat('abc', SMUGGLED),
  'a length beyond 2^53': head('POST / HTTP/1.1', ['Content-Length: 18446744073709551617']).concat(SMUGGLED),
  'a length on a GET of the lane': head('GET /api/cache/hit:1 HTTP/1.1', ['Content-Length: 5']).concat(
    'GET /',
    SMUGGLED,
  ),
  'a folded field': head('GET /api/cache/hit:1 HTTP/1.1', ['User-Agent: a\r\n b']).concat(SMUGGLED),
  'a folded length': head('POST / HTTP/1.1', ['X: y\r\n Content-Length: 50']).concat(SMUGGLED),
  'bare LF': 'GET /api/cache/hit:1 HTTP/1.1\nHost: example.org\n\n'.concat(SMUGGLED),
  'bare LF at a field': 'GET /api/cache/hit:1 HTTP/1.1\r\nHost: example.org\nContent-Length: 4\r\n\r\n'.concat(
    SMUGGLED,
  ),
  'bare CR in a value': head('GET /api/cache/hit:1 HTTP/1.1', ['User-Agent: a\rContent-Length: 4']).concat(SMUGGLED),
  'bare CR at the end': 'GET /api/cache/hit:1 HTTP/1.1\r\nHost: example.org\r\r\n\r\n'.concat(SMUGGLED),
  'NUL in a value': head('GET /api/cache/hit:1 HTTP/1.1', ['User-Agent: a\0b']).concat(SMUGGLED),
  'NUL in a name': head('GET /api/cache/hit:1 HTTP/1.1', ['Content-Len\0gth: 4']).concat(SMUGGLED),
  'NUL in a key': head('GET /api/cache/hit:\0 HTTP/1.1', []).concat(SMUGGLED),
  'obs-text': head('GET /api/cache/hit:1 HTTP/1.1', ['User-Agent: \xe9']).concat(SMUGGLED),
  'a space before the colon': head('GET /api/cache/hit:1 HTTP/1.1', ['Content-Length : 4']).concat(SMUGGLED),
  'a field without a name': head('GET /api/cache/hit:1 HTTP/1.1', [': x']).concat(SMUGGLED),
  'a field without a colon': head('GET /api/cache/hit:1 HTTP/1.1', ['chunked']).concat(SMUGGLED),
  'no host': 'GET /api/cache/hit:1 HTTP/1.1\r\n\r\n'.concat(SMUGGLED),
  'a read passed on twice over': head('GET /api/cache/hit:1 HTTP/1.1', [
    'Freshet-Forwarded: 00000000000000a1.7;to=a',
    'freshet-forwarded: 00000000000000a1.9;to=b',
  ]).concat(SMUGGLED),
  'a position that is folded': head('GET /api/cache/hit:1 HTTP/1.1', [
    'Freshet-Forwarded: 00000000000000a1.7;\r\n to=a',
  ]).concat(SMUGGLED),
  'a position with a request in it': head('GET /api/cache/hit:1 HTTP/1.1', [
    'Freshet-Forwarded: 00000000000000a1.7;to=a\nContent-Length: 4',
  ]).concat(SMUGGLED),
  'two hosts': head('GET /api/cache/hit:1 HTTP/1.1', ['Host: evil.example']).concat(SMUGGLED),
  'an empty host': 'GET /api/cache/hit:1 HTTP/1.1\r\nHost:\r\n\r\n'.concat(SMUGGLED),
  'HTTP/1.0': 'GET /api/cache/hit:1 HTTP/1.0\r\nHost: example.org\r\n\r\n'.concat(SMUGGLED),
  'HTTP/1.0 kept alive': 'GET /api/cache/hit:1 HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n'.concat(SMUGGLED),
  'HTTP/0.9': 'GET /api/cache/hit:1\r\n\r\n'.concat(SMUGGLED),
  'HTTP/2': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  'HTTP/1.2': head('GET /api/cache/hit:1 HTTP/1.2', []).concat(SMUGGLED),
  'a lower-case method': head('get /api/cache/hit:1 HTTP/1.1', []).concat(SMUGGLED),
  'two spaces': head('GET  /api/cache/hit:1 HTTP/1.1', []).concat(SMUGGLED),
  'a tab for a space': head('GET\t/api/cache/hit:1 HTTP/1.1', []).concat(SMUGGLED),
  'a blank after the version': head('GET /api/cache/hit:1 HTTP/1.1 ', []).concat(SMUGGLED),
  'empty lines before': `\r\n\r\n${head('GET /api/cache/hit:1 HTTP/1.1', [])}${SMUGGLED}`,
  'an absolute target': head('GET http://example.org/api/cache/hit:1 HTTP/1.1', []).concat(SMUGGLED),
  'the asterisk': head('OPTIONS * HTTP/1.1', []).concat(SMUGGLED),
  CONNECT: 'CONNECT example.org:443 HTTP/1.1\r\nHost: example.org\r\n\r\n'.concat(SMUGGLED),
  'an unknown method': head('BREW /pot HTTP/1.1', []).concat(SMUGGLED),
  upgrade: head('GET /api/cache/hit:1 HTTP/1.1', ['Connection: Upgrade', 'Upgrade: h2c']).concat(SMUGGLED),
  expect: head('PUT / HTTP/1.1', ['Expect: 100-continue', 'Content-Length: 3']).concat('abc', SMUGGLED),
  'an expectation that fails': head('PUT / HTTP/1.1', ['Expect: tea', 'Content-Length: 3']).concat('abc', SMUGGLED),
  'connection: close': head('GET /api/cache/hit:1 HTTP/1.1', ['Connection: close']).concat(SMUGGLED),
  'connection: close on a PUT': head('PUT / HTTP/1.1', ['Content-Length: 3', 'Connection: close']).concat(
    'abc',
    SMUGGLED,
  ),
  'connection: Content-Length': head('PUT / HTTP/1.1', ['Content-Length: 3', 'Connection: content-length']).concat(
    'abc',
    SMUGGLED,
  ),
  'a chunk with an extension': head('PUT / HTTP/1.1', ['Transfer-Encoding: chunked']).concat(
    '1;a=b\r\nx\r\n0\r\n\r\n',
    SMUGGLED,
  ),
  'a chunk size with a sign': head('PUT / HTTP/1.1', ['Transfer-Encoding: chunked']).concat(
    '-1\r\nx\r\n0\r\n\r\n',
    SMUGGLED,
  ),
  trailers: head('PUT / HTTP/1.1', ['Transfer-Encoding: chunked']).concat('0\r\nContent-Length: 9\r\n\r\n', SMUGGLED),
  'a key of 513 bytes': head(`GET /api/cache/hit${'k'.repeat(510)} HTTP/1.1`, []).concat(SMUGGLED),
  'a head of 20 KiB': head('GET /api/cache/hit:1 HTTP/1.1', [`User-Agent: ${'a'.repeat(20_480)}`]).concat(SMUGGLED),
  'a TLS hello': '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
  'a reply instead of a request': 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n',
  'an early answer to a body that follows': head('PUT /early HTTP/1.1', [`Content-Length: ${SMUGGLED.length}`]).concat(
    SMUGGLED,
  ),
}
