import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { createLocalOrigins } from './testing/local-origin.ts'

const local = createLocalOrigins()
afterEach(() => local.close())

const never = new AbortController().signal

/** What an origin that answers so makes of it. */
async function loadFrom(status: number, headers: OutgoingHttpHeaders, body: string | Buffer = '') {
  const base = await local.serve((_, response) => response.writeHead(status, headers).end(body))
  return local.origin({ url: `${base}/{key}` }).load('n:1', never)
}

describe('a value', () => {
  it('comes with its bytes, type, tag, tags and lifetimes', async () => {
    const reply = await loadFrom(
      200,
      {
        'content-type': 'text/x-thing; charset=utf-8',
        etag: '"v1"',
        'surrogate-key': 'a b',
        'cache-tag': 'c',
        'cache-groups': '"d e"',
        'cache-control': 'max-age=100, s-maxage=60, stale-while-revalidate=5, stale-if-error=7',
        age: '10',
      },
      Buffer.from([0, 255, 13, 10]),
    )
    expect(reply).toEqual({
      kind: 'found',
      body: Buffer.from([0, 255, 13, 10]),
      contentType: 'text/x-thing; charset=utf-8',
      etag: '"v1"',
      tags: ['a', 'b', 'c', 'd e'],
      maxAgeMs: 50_000,
      swrMs: 5_000,
      sieMs: 7_000,
      noStore: false,
    })
  })

  it('leaves to the policy what the origin does not say', async () => {
    expect(await loadFrom(200, {}, 'x')).toEqual({
      kind: 'found',
      body: Buffer.from('x'),
      contentType: 'application/octet-stream',
      etag: null,
      tags: [],
      maxAgeMs: null,
      swrMs: null,
      sieMs: null,
      noStore: false,
    })
  })

  it.each(['W/"v1"', 'v1', '"', '"a"b"', `"${'x'.repeat(300)}"`])('takes no entity tag from %s', async (etag) => {
    expect(await loadFrom(200, { etag }, 'x')).toMatchObject({ etag: null })
  })

  it.each(['no-store', 'private, max-age=60'])('is not to be stored with Cache-Control: %s', async (value) => {
    expect(await loadFrom(200, { 'cache-control': value }, 'x')).toMatchObject({ noStore: true })
  })

  it('may be empty', async () => {
    expect(await loadFrom(204, {})).toMatchObject({ kind: 'found', body: Buffer.alloc(0) })
    expect(await loadFrom(200, {})).toMatchObject({ kind: 'found', body: Buffer.alloc(0) })
  })

  it('is handed on and not kept when its tags cannot be kept', async () => {
    const base = await local.serve((_, response) =>
      response.writeHead(200, { 'surrogate-key': 'x'.repeat(200), 'cache-control': 'max-age=60' }).end('v'),
    )
    const warnings: string[] = []
    const origin = local.origin({ url: `${base}/{key}` }, { warn: (detail) => warnings.push(detail) })
    expect(await origin.load('n:1', never)).toMatchObject({ body: Buffer.from('v'), tags: [], noStore: true })
    expect(warnings).toEqual([expect.stringContaining('Surrogate-Key')])
  })

  it.each([
    ['gzip', gzipSync('plain')],
    ['x-gzip', gzipSync('plain')],
    ['br', brotliCompressSync('plain')],
    ['deflate', deflateSync('plain')],
    ['GZIP', gzipSync('plain')],
    ['identity', Buffer.from('plain')],
  ])('arrives without its %s coding', async (coding, body) => {
    const reply = await loadFrom(200, { 'content-encoding': coding, etag: '"encoded"' }, body)
    expect(reply).toMatchObject({ body: Buffer.from('plain'), etag: coding === 'identity' ? '"encoded"' : null })
  })
})

describe('an absence', () => {
  it.each([404, 410])('is what %i says, for as long as it says', async (status) => {
    expect(await loadFrom(status, { 'cache-control': 'max-age=9' }, '<h1>secret</h1>')).toEqual({
      kind: 'absent',
      maxAgeMs: 9_000,
      noStore: false,
    })
  })

  it('may be told not to be remembered', async () => {
    expect(await loadFrom(404, { 'cache-control': 'no-store' })).toEqual({
      kind: 'absent',
      maxAgeMs: null,
      noStore: true,
    })
  })
})

describe('a status that is neither', () => {
  it.each([201, 202, 206, 304, 400, 401, 403, 418, 500, 501, 502, 503])(
    '%i fails, without its body',
    async (status) => {
      const failure = await loadFrom(status, {}, status === 304 ? '' : 'secret').catch((error: unknown) => error)
      expect(failure).toMatchObject({ code: 'origin_failed', facts: { field: 'status', limit: status } })
      expect(JSON.stringify(failure) + String(failure)).not.toContain('secret')
    },
  )
})

describe('the request', () => {
  it('goes to the rendered URL with the configured headers, and asks for the identity coding', async () => {
    const seen: { url: string | undefined; headers: IncomingHttpHeaders }[] = []
    const base = await local.serve((request, response) => {
      seen.push({ url: request.url, headers: request.headers })
      response.end('x')
    })
    const origin = local.origin({
      url: `${base}/p/{1}?all={key}`,
      headers: [{ name: 'Authorization', value: 'Bearer s3cret', secret: true }],
    })
    await origin.load('n:a/b', never)
    expect(seen).toEqual([
      {
        url: '/p/a%2Fb?all=n%3Aa%2Fb',
        headers: expect.objectContaining({ authorization: 'Bearer s3cret', 'accept-encoding': 'identity' }),
      },
    ])
  })

  it('is never made for a key that does not fit the URL', async () => {
    let requests = 0
    const base = await local.serve((_, response) => {
      requests++
      response.end()
    })
    const origin = local.origin({ url: `${base}/{1}` })
    await expect(origin.load('n:..', never)).rejects.toMatchObject({ code: 'invalid', facts: { field: 'key' } })
    expect(requests).toBe(0)
  })

  it('uses its connections again', async () => {
    const ports = new Set<number | undefined>()
    const base = await local.serve((request, response) => {
      ports.add(request.socket.remotePort)
      response.writeHead(request.url === '/n%3A2' ? 404 : 200).end('x')
    })
    const origin = local.origin({ url: `${base}/{key}` })
    for (let i = 0; i < 30; i++) await origin.load(i % 3 === 0 ? 'n:2' : 'n:1', never)
    // Two, because an answer reaches us just before its connection counts as free.
    expect(ports.size).toBeLessThanOrEqual(2)
  })
})
