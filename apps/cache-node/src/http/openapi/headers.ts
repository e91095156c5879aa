import { z } from 'zod'

const text = (description: string, example: string) => z.string().meta({ description, example })

/** Fields of answers, by the names they have on the wire. */
export const responseHeaders = {
  etag: text('Strong entity tag of the value', '"5yKr1W9vQeZ0m3F7bYtL2A"'),
  age: z.string().meta({ description: 'Seconds since the value came into the cache', example: '12' }),
  cacheControl: text('The whole lifetime; what is left of it is in Cache-Status', 'max-age=60'),
  cacheStatus: text(
    'Where the answer came from and why (RFC 9211): `hit` or `fwd`, the seconds of freshness left in `ttl` (negative for a stale value), and the tier or the reason in `detail`',
    'freshet; hit; ttl=48; detail=l1',
  ),
  version: text(
    'Generation and epoch of the invalidation log at which the load of this value began',
    '9f2c41d07be35a86.1207',
  ),
  epoch: text('Generation and epoch at which the write or the invalidation stands in the log', '9f2c41d07be35a86.1208'),
  surrogateKey: text('Tags of the value, separated by spaces', 'product:42 brand:7'),
  location: text('Where more will be known', '/api/invalidate/receipts/0b9f3a52-7c1e-4d6f-8a43-2f5d6e7a8b90'),
  receipt: text('Id of the receipt', '0b9f3a52-7c1e-4d6f-8a43-2f5d6e7a8b90'),
  loadLease: text(
    'Given to one caller of a missing key: send it back with the value that you load',
    'OWYyYzQx.aGVsbG8',
  ),
  retryAfter: text('Seconds to wait before the next try', '1'),
}

/** Fields of requests that several routes read. */
export const requestHeaders = {
  ifNoneMatch: text(
    'Entity tags that you have; 304 when one of them still holds',
    '"5yKr1W9vQeZ0m3F7bYtL2A"',
  ).optional(),
  idempotencyKey: text(
    '1 to 255 visible ASCII characters. The same request sent again with the same key, within a day, is done once',
    'order-4711-paid',
  ).optional(),
  minEpoch: text(
    'The `Freshet-Epoch` of a change that the answer must know of. The node waits a second for it; then it loads anew, or says 503 where there is no origin',
    '9f2c41d07be35a86.1208',
  ).optional(),
  lifetimes: text(
    '`max-age`, `stale-while-revalidate` and `stale-if-error` in seconds; the policy of the namespace decides what is left out',
    'max-age=60, stale-while-revalidate=30',
  ).optional(),
  surrogateKey: text('Tags, separated by spaces; at most 64, each at most 128 bytes', 'product:42 brand:7').optional(),
  cacheTag: text('Tags, separated by commas', 'product:42, brand:7').optional(),
  cacheGroups: text('Tags as a list of strings (RFC 9875)', '"product:42", "brand:7"').optional(),
}
