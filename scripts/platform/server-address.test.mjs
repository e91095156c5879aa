import { expect, test } from 'vitest'
import { placesOf } from './server-address.mjs'

test.each([
  ['postgresql://user:pa%40ss@db.test/freshet', [{ host: 'db.test', port: 5432 }]],
  ['redis://127.0.0.1:6380/2', [{ host: '127.0.0.1', port: 6380 }]],
  ['rediss://app:secret@[::1]?ca=/ca.crt', [{ host: '::1', port: 5432 }]],
  [
    'redis+sentinel://app:secret@a:26380,b/mymaster/0',
    [
      { host: 'a', port: 26380 },
      { host: 'b', port: 26379 },
    ],
  ],
  [
    'rediss+cluster://a:7000, b:7001',
    [
      { host: 'a', port: 7000 },
      { host: 'b', port: 7001 },
    ],
  ],
  ['unix:///run/my%20redis.sock?db=1', [{ path: '/run/my redis.sock' }]],
  ['localhost:6379', []],
  ['redis://', []],
  ['redis://a,,b', []],
  ['unix://', []],
])('%s leads to %j', (url, places) => {
  expect(placesOf(url, 5432)).toEqual(places)
})
