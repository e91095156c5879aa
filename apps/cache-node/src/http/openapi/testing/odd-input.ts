import { BINARY_MEDIA_TYPE } from '../../batch/binary-layout.ts'

const words = (text: string) => text.trim().split(/\s+/)

/** What people and machines put where a key belongs, as it would be sent. */
export const ODD_KEYS = [
  ...words(`a b shop:1 shop:2 users:1 : :a a: shop: . .. a/b/../c %2e%2e %2E%2E%2F%2E%2E shop:%2F %2F %252F %25 %00 a%00b
    a%0d%0aX-Y:%201 %0a %7f % %z %ff %c0%80 %ed%a0%80 __proto__ __proto__:x constructor * a*?[b] ;x=1 a&b a'b " +
    %D0%BA %F0%9F%98%80 keys mget mput keys/ %6beys`),
  'k'.repeat(512),
  'k'.repeat(513),
  '%C3%BC'.repeat(257),
  `${'n'.repeat(129)}:x`,
]

/** What may stand where an id belongs; each reaches its route. */
export const ODD_IDS = ['x', '0', 'a%2Fb', '%00', '%20', '__proto__', 'i'.repeat(81)]

export const ODD_QUERIES = [
  '',
  ...words(`? ?? ?ttl= ?ttl=0 ?ttl=-1 ?ttl=1e400 ?ttl=NaN ?ttl=60 ?ttl=60&ttl=70 ?__proto__=1 ?%zz=%zz ?a=%ff ?a=b#c
    ?wait=all ?wait=none ?wait=soon ?wait=all&waitMs=0 ?waitMs=1 ?waitMs=99999999 ?mode=soft ?mode= ?tag=t
    ?namespace=shop ?namespace=.. ?tag=%0a ?limit=0 ?limit=1 ?limit=1001 ?limit[]=5 ?limit=5&limit=6 ?cursor= ?cursor=AAAA
    ?cursor=eyJzY2FuIjoiMCIsImhlbGQiOltdfQ ?cursor=eyJzY2FuIjoiOTk5OTk5OTk5OTk5OTk5OTk5OTkiLCJoZWxkIjpbXX0
    ?pattern=%00 ?pattern=[ ?pattern=***a***b ?pattern=a&pattern=b ?pattern=shop:*`),
  `?pattern=${'*'.repeat(300)}`,
]

export const ODD_TARGETS = [
  ...words(`/ // * /api /api/cache /api/cache/ /API/cache/a //api/cache/a /api//cache/a /%61pi/cache/a /api/cache/a?b?c
    /api/keys /api/metrics/x /docs/ /docs/.. /docs%00 /%64ocs /openapi.json/ /.env /__proto__ /constructor /livez?x
    /metrics%2f /% /%ff http://elsewhere/api/cache/a`),
  `/${'x'.repeat(5_000)}`,
]

export const METHODS = words('GET HEAD PUT PATCH POST DELETE PURGE OPTIONS TRACE PROPFIND M-SEARCH')

const FIELDS = `If-None-Match: *
If-None-Match: W/"a", "b
If-None-Match: ${'"'.repeat(500)}
If-Match: "x"
If-Match: *
Cache-Control: no-cache
Cache-Control: only-if-cached
Cache-Control: no-store
Cache-Control: max-age=-1
Cache-Control: max-age=99999999999999999999
Cache-Control: max-age="5", ,=,stale-if-error
Surrogate-Key: a b c
Surrogate-Key: ${'x'.repeat(129)}
Surrogate-Key: ${Array.from({ length: 65 }, (_, i) => `t${i}`).join(' ')}
Cache-Tag: ,,a,
Cache-Groups: "a", "b"
Cache-Groups: "a
Cache-Groups: ()
Content-Type: application/json
Content-Type: application/msgpack
Content-Type: ${BINARY_MEDIA_TYPE}
Content-Type: text/html; charset=latin1
Content-Type: ;
Content-Type: /
Content-Type: ${'x'.repeat(300)}
Content-Encoding: gzip
Expect: 100-continue
Accept: application/msgpack
Accept: ${BINARY_MEDIA_TYPE};q=0.5, */*;q=0.1
Accept: image/*
Accept: q=;;,/
X-Request-Id: abc
X-Request-Id: a b
Origin: https://elsewhere.example
Origin: null
Access-Control-Request-Method: PUT
Range: bytes=0-1
Upgrade: websocket
X-Forwarded-For: 127.0.0.1
Cookie: a=b
Freshet-Lease: request
Freshet-Lease: x.y
Freshet-Min-Epoch: x
Freshet-Min-Epoch: 0123456789abcdef.1
Idempotency-Key: k
__proto__: x
constructor: x`

/** Header fields that some part of the node reads, or might stumble over. */
export const ODD_FIELDS = FIELDS.split('\n').map((line): [name: string, value: string] => {
  const colon = line.indexOf(': ')
  return [line.slice(0, colon), line.slice(colon + 2)]
})

/** Lines that, strung together, are nearly a request. `%TOKEN%` stands for a credential. */
export const ODD_LINES = [
  ...`GET /api/cache/a HTTP/1.1
GET /api/cache/a HTTP/1.0
GET /api/cache/a HTTP/9.9
GET  /a HTTP/1.1
GET /api/cache/\xd0\xba HTTP/1.1
GET /a
get /a HTTP/1.1
CONNECT a:1 HTTP/1.1
PRI * HTTP/2.0
POST /api/cache/mput HTTP/1.1
Host: a
Host: a\0b
Host : a
 Host: a
X: a\rb
Content-Length: 5
Content-Length: -1
Content-Length: 5, 5
Content-Length: 0x5
Content-Length: 99999999999999999999
Transfer-Encoding: chunked
Transfer-Encoding: gzip, chunked
Transfer-Encoding: x
Connection: close
Connection: upgrade
Upgrade: h2c
Expect: 100-continue
Expect: x
Authorization: Bearer %TOKEN%
0
5
zz
hello

`.split('\n'),
  'X: a\n b',
  'X:\r\n y',
  `X: ${'y'.repeat(17_000)}`,
  `GET /${'a'.repeat(20_000)} HTTP/1.1`,
]
