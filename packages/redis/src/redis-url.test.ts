import { expect, test } from 'vitest'
import { parseRedisUrl } from './redis-url.ts'

const single = (host: string, port: number) => ({ kind: 'single', endpoint: { host, port } })

test.each([
  ['redis://127.0.0.1:6380', single('127.0.0.1', 6380)],
  ['redis://redis', single('redis', 6379)],
  ['REDIS://Redis:6379/', single('Redis', 6379)],
  ['redis://[::1]:6380/3', single('::1', 6380)],
  ['redis://[fe80::1]', single('fe80::1', 6379)],
  ['unix:///run/redis/redis.sock', { kind: 'socket', path: '/run/redis/redis.sock' }],
  ['unix:///run/my%20redis.sock?db=2', { kind: 'socket', path: '/run/my redis.sock' }],
  [
    'redis+sentinel://a:26380,b,[::1]:26381/my%2Fmaster',
    {
      kind: 'sentinel',
      sentinels: [
        { host: 'a', port: 26380 },
        { host: 'b', port: 26379 },
        { host: '::1', port: 26381 },
      ],
      masterName: 'my/master',
    },
  ],
  [
    'redis+cluster://a:7000, b:7001',
    {
      kind: 'cluster',
      seeds: [
        { host: 'a', port: 7000 },
        { host: 'b', port: 7001 },
      ],
    },
  ],
])('%s', (text, servers) => {
  expect(parseRedisUrl(text)).toMatchObject({ servers, tls: null })
})

test.each([
  ['redis://h', 0],
  ['redis://h/4', 4],
  ['unix:///s?db=5', 5],
  ['redis+sentinel://h/m', 0],
  ['redis+sentinel://h/m/6', 6],
  ['redis+cluster://h/0', 0],
])('the database of %s is %i', (text, db) => {
  expect(parseRedisUrl(text).db).toBe(db)
})

test.each([
  ['redis://h', {}],
  ['redis://:secret@h', { password: 'secret' }],
  ['redis://app:secret@h', { username: 'app', password: 'secret' }],
  ['redis://app:s%40%2F%3A%23:x@h', { username: 'app', password: 's@/:#:x' }],
  ['redis://app:an@sign@h', { username: 'app', password: 'an@sign' }],
  ['redis+cluster://app:secret@h1:1,h2:2', { username: 'app', password: 'secret' }],
  ['unix://app:secret@/run/redis.sock', { username: 'app', password: 'secret' }],
])('%s says who connects', (text, who) => {
  const { username, password } = parseRedisUrl(text)
  expect({ username, password }).toEqual({ username: undefined, password: undefined, ...who })
})

test('sentinels have credentials of their own', () => {
  const url = 'redis+sentinel://app:one@h/m?sentinelUsername=watcher&sentinelPassword=t%26wo'
  expect(parseRedisUrl(url)).toMatchObject({
    servers: { username: 'watcher', password: 't&wo' },
    username: 'app',
    password: 'one',
  })
})

test.each(['rediss://h', 'rediss+sentinel://h/m', 'rediss+cluster://h'])('%s is over TLS, and verified', (text) => {
  expect(parseRedisUrl(text).tls).toEqual({ rejectUnauthorized: true })
})

test('files, name and an unverified certificate are options of TLS', () => {
  const options = 'ca=%2Fca.crt&cert=/c.crt&key=/c.key&servername=redis.test&rejectUnauthorized=false'
  expect(parseRedisUrl(`rediss://h?${options}`).tls).toEqual({
    caFile: '/ca.crt',
    certFile: '/c.crt',
    keyFile: '/c.key',
    servername: 'redis.test',
    rejectUnauthorized: false,
  })
})

test.each([
  ['', /must begin with one of redis:\/\//],
  ['127.0.0.1:6379', /must begin with/],
  ['http://h', /must begin with/],
  ['redis+nothing://h', /must begin with/],
  ['redis://', /has a host that is none/],
  ['redis://h:0', /has a host that is none/],
  ['redis://h:65536', /has a host that is none/],
  ['redis://h:port', /has a host that is none/],
  ['redis://::1', /IPv6 in brackets/],
  ['redis://a,b', /several hosts: say redis\+sentinel:\/\/ or redis\+cluster:\/\//],
  ['redis+cluster://a,,b', /has a host that is none/],
  ['redis+cluster://a,b/1', /only database 0/],
  ['redis://h/one', /number of a database/],
  ['redis://h/1/2', /number of a database/],
  ['redis+sentinel://a,b', /must name the master/],
  ['redis+sentinel://a,b//0', /must name the master/],
  ['redis+sentinel://a/m/x', /number of a database/],
  ['redis+sentinel://a/m?sentinelUsername=w', /no sentinelPassword/],
  ['unix://run/redis.sock', /unix:\/\/\/run\/redis.sock/],
  ['unix://', /must name the file of a socket/],
  ['redis://app@h', /a user name and no password/],
  ['redis://app:%zz@h', /a % that encodes nothing, in the password/],
  ['redis://h?ca=/ca.crt', /means nothing here: ca \(none is known\)/],
  ['rediss://h?tsl=1', /means nothing here: tsl \(known are ca, cert, key, servername, rejectUnauthorized\)/],
  ['rediss://h?enableOfflineQueue=true', /means nothing here: enableOfflineQueue/],
  ['rediss://h?cert=/c.crt', /cert and key together/],
  ['rediss://h?rejectUnauthorized=no', /neither true nor false/],
])('%j is refused: %s', (text, message) => {
  expect(() => parseRedisUrl(text)).toThrow(message)
})

test.each(['redis://app:sec/ret@h', 'redis://app:secret@h:x', 'redis://app:sec ret#@@'])(
  'what is wrong with %j is said without the secret',
  (text) => {
    expect(() => parseRedisUrl(text)).toThrow(expect.objectContaining({ message: expect.not.stringContaining('sec') }))
  },
)
