import type { NodeAnnouncement } from '@freshet/core/contracts/node-registry'
import { announcementOf } from '@freshet/core/testing/announcement'
import { expect, test } from 'vitest'
import { createProbeOrigin } from './origin-probe.ts'

const node = (id: string, draining = false) => announcementOf(id, { draining })

function probe(nodes: NodeAnnouncement[] | Error, answer: (url: string, headers: Headers) => Response | Error) {
  return createProbeOrigin({
    registry: { list: async () => (nodes instanceof Error ? Promise.reject(nodes) : nodes) },
    fetch: async (url, init) => {
      const reply = answer(String(url), new Headers(init?.headers))
      if (reply instanceof Error) throw reply
      return reply
    },
    token: 'fi_x',
  })
}

test('a live node is asked past every cache, as one of us, for the key as it is', async () => {
  const asked: unknown[] = []
  const probeOrigin = probe([node('leaving', true), node('a')], (url, headers) => {
    asked.push(url, headers.get('authorization'), headers.get('cache-control'))
    return new Response('{"id":1}', { status: 200, headers: { 'content-type': 'application/json' } })
  })
  expect(await probeOrigin('shop', 'shop:a/b?c=ü')).toMatchObject({
    nodeId: 'a',
    status: 200,
    headers: { 'content-type': 'application/json' },
    durationMs: expect.any(Number),
    body: { bytes: 8, sample: '{"id":1}', truncated: false },
  })
  expect(asked).toEqual(['http://a.test/api/cache/shop%3Aa%2Fb%3Fc%3D%C3%BC', 'Bearer fi_x', 'no-cache'])
})

test('an origin’s failure is an answer and not an error', async () => {
  const probeOrigin = probe([node('a')], () => Response.json({ code: 'origin_failed' }, { status: 502 }))
  expect(await probeOrigin('shop', 'shop:1')).toMatchObject({
    status: 502,
    body: { sample: '{"code":"origin_failed"}' },
  })
})

test('a node that does not answer is passed over', async () => {
  const probeOrigin = probe([node('a'), node('b')], (url) =>
    url.startsWith('http://a') ? new TypeError('fetch failed') : new Response('x'),
  )
  expect(await probeOrigin('shop', 'shop:1')).toMatchObject({ nodeId: 'b' })
})

test.each([
  ['no node is there', []],
  ['none answers', [node('a')]],
  ['Redis does not say which there are', new Error('away')],
])('%s', async (_case, nodes) => {
  const probeOrigin = probe(nodes, () => new TypeError('fetch failed'))
  await expect(probeOrigin('shop', 'shop:1')).rejects.toMatchObject({ code: 'node_unavailable' })
})

test('a key of another namespace is refused, because the right to this one was checked', async () => {
  const probeOrigin = probe([node('a')], () => new Response('secret'))
  await expect(probeOrigin('shop', 'users:1')).rejects.toMatchObject({ code: 'invalid', facts: { field: 'key' } })
  await expect(probeOrigin('shop', 'nocolon')).rejects.toMatchObject({ code: 'invalid' })
})

test('a long text is cut between characters, and bytes that are no text are not shown', async () => {
  const long = probe([node('a')], () => new Response('ü'.repeat(5_000)))
  const { body } = await long('shop', 'shop:1')
  expect(body).toMatchObject({ bytes: 10_000, truncated: true, sample: 'ü'.repeat(1_024) })
  const odd = probe([node('a')], () => new Response(`x${'ü'.repeat(5_000)}`))
  expect((await odd('shop', 'shop:1')).body.sample).toBe(`x${'ü'.repeat(1_023)}`)
  const binary = probe([node('a')], () => new Response(Uint8Array.of(0xff, 0xd8, 0xff)))
  expect((await binary('shop', 'shop:1')).body).toEqual({ bytes: 3, sample: null, truncated: false })
})
