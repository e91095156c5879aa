import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { waitFor } from '../../testing/test-node.ts'
import { postJson, startThreeNodes } from '../../testing/three-nodes.ts'
import { EventReply } from './events.ts'

const replyOf = ({ text }: { text: string }) => EventReply.parse(JSON.parse(text))

async function setUp() {
  const world = await startThreeNodes()
  const { control, nodes } = world
  control.setEventRules(
    {
      id: randomUUID(),
      name: 'product',
      eventType: 'product.*',
      targets: [
        { kind: 'keys', template: 'shop:{id}' },
        { kind: 'tags', template: 't-{kinds}' },
      ],
      reach: '*',
    },
    {
      id: randomUUID(),
      name: 'everyone',
      eventType: '*',
      targets: [{ kind: 'tags', template: 't' }],
      reach: ['users'],
    },
  )
  const revision = await control.publish()
  for (const node of nodes)
    await waitFor(
      async () => (await node('GET', '/api/metrics')).text.includes(`"controlRevision":${revision}`),
      'the rules',
    )
  return world
}

describe('an event', () => {
  it('ends on every node what its rules say, and tells which rules and what they found', async () => {
    const { nodes, warm } = await setUp()
    const before = [await warm('shop:7'), await warm('shop:8'), await warm('users:1')]
    const answer = await postJson(nodes[0], '/api/events', { type: 'product.changed', payload: { id: 7 } })
    expect(answer.status).toBe(200)
    const { rules } = replyOf(answer)
    expect(rules).toMatchObject([
      { name: 'product', unmet: [{ template: 't-{kinds}' }], receipt: { state: 'acknowledged' } },
      { name: 'everyone', unmet: [], receipt: { state: 'acknowledged' } },
    ])
    expect(answer.headers['freshet-epoch']).toBe(rules[1]?.receipt?.epoch)
    for (const node of nodes) {
      const after = await Promise.all(['shop:7', 'shop:8', 'users:1'].map((key) => node('GET', `/api/cache/${key}`)))
      expect(after.map(({ text }, i) => text === before[i])).toEqual([false, true, false])
    }
  })

  it('without rules of its type ends nothing', async () => {
    const { nodes, control } = await setUp()
    control.setEventRules()
    await control.publish()
    await expect
      .poll(async () => replyOf(await postJson(nodes[0], '/api/events', { type: 'product.changed' })))
      .toEqual({ rules: [] })
  })

  it('acts only where its sender and its rule both reach', async () => {
    const { nodes, control, as, warm } = await setUp()
    const seller = control.addKey({ scopes: ['invalidate', 'read'], namespaces: ['shop'] })
    await control.publish()
    const before = await warm('users:1')
    const call = await as(seller)
    const { rules } = replyOf(
      await postJson(call, '/api/events', { type: 'product.x', payload: { id: 1, kinds: ['shop'] } }),
    )
    expect(rules.map(({ name }) => name)).toEqual(['product'])
    expect((await nodes[2]('GET', '/api/cache/users:1')).text).toBe(before)
  })

  it('sent again with its Idempotency-Key is one event', async () => {
    const { nodes } = await setUp()
    const headers = { 'idempotency-key': 'event-1' }
    const event = { type: 'product.changed', payload: { id: 7 } }
    const first = await postJson(nodes[0], '/api/events', event, headers)
    expect((await postJson(nodes[1], '/api/events', event, headers)).text).toBe(first.text)
  })

  it('is told what is wrong with it', async () => {
    const { nodes, control, as } = await setUp()
    const told = async (body: object | string, headers: Record<string, string> = {}) => {
      const { status, problem } = await nodes[0]('POST', '/api/events', {
        body: typeof body === 'string' ? body : JSON.stringify(body),
        headers: { 'content-type': 'application/json', ...headers },
      })
      return [status, problem?.code, problem?.field, problem?.limit]
    }
    const ids = Array.from({ length: 1_001 }, (_, i) => i)
    expect(await told({ type: 'product.x', payload: { id: ids } })).toEqual([422, 'invalid', 'payload', 1_000])
    expect(await told({ type: '' })).toEqual([422, 'invalid', 'type', 1])
    expect(await told({ type: 'x'.repeat(201) })).toEqual([422, 'invalid', 'type', 200])
    expect((await told({ type: 'x', playload: {} })).slice(0, 2)).toEqual([422, 'invalid'])
    expect((await told({ type: 'x', payload: [] })).slice(0, 3)).toEqual([422, 'invalid', 'payload'])
    expect((await told('{')).slice(0, 3)).toEqual([400, 'bad_request', 'body'])
    expect((await told('{}', { 'content-type': 'text/plain' })).slice(0, 3)).toEqual([
      415,
      'unsupported_media_type',
      'Content-Type',
    ])
    expect(await told(`{"type":"${'x'.repeat(300_000)}"}`)).toEqual([413, 'payload_too_large', 'body', 262_144])
    const reader = control.addKey({ scopes: ['read'] })
    await control.publish()
    expect((await postJson(await as(reader), '/api/events', { type: 'x' })).problem?.code).toBe('scope_missing')
  })
})
