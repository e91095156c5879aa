import { Receipt } from '@freshet/core/invalidation/receipt'
import { redisKeys } from '@freshet/core/keys/redis-keys'
import { describe, expect, it } from 'vitest'
import { waitFor } from '../../testing/test-node.ts'
import { LEASE_MS, postJson, startThreeNodes } from '../../testing/three-nodes.ts'

const receiptOf = ({ text }: { text: string }) => Receipt.parse(JSON.parse(text))

describe('after an invalidation with wait: all was answered', () => {
  it.each<[string, string, object]>([
    ['keys', '/api/invalidate', { keys: ['shop:1'] }],
    ['a tag', '/api/invalidate', { tags: ['t-shop'] }],
    ['a namespace', '/api/invalidate', { namespace: 'shop' }],
    ['all', '/api/invalidate', { all: true }],
    ['a pattern', '/api/invalidate/pattern', { pattern: 'sh?p:[0-9]' }],
  ])('by %s, every node serves the new value, and the receipt names them all', async (_what, path, body) => {
    const { nodes, warm } = await startThreeNodes()
    const before = await warm('shop:1')
    const answer = await postJson(nodes[0], path, { ...body, wait: 'all', reason: 'new prices' })
    expect(answer.status).toBe(200)
    const receipt = receiptOf(answer)
    expect(receipt).toMatchObject({ state: 'acknowledged', acknowledgedBy: 'members', mode: 'hard', laggards: [] })
    expect(answer.headers['freshet-epoch']).toBe(receipt.epoch)
    expect(receipt.nodes.map(({ nodeId }) => nodeId).sort()).toEqual(['node-1', 'node-2', 'node-3'])
    for (const node of receipt.nodes) expect(node.appliedAfterMs).toBeLessThan(LEASE_MS)
    for (const node of nodes)
      expect(Number((await node('GET', '/api/cache/shop:1')).text)).toBeGreaterThan(Number(before))
    expect(receiptOf(await nodes[1]('GET', `/api/invalidate/receipts/${receipt.id}`))).toEqual(receipt)
  })

  it('softly, every node serves the old value marked stale at most until it was loaded anew', async () => {
    const { nodes, warm } = await startThreeNodes()
    const before = await warm('shop:1')
    const answer = await postJson(nodes[0], '/api/invalidate', { tags: ['t'], mode: 'soft' })
    expect(receiptOf(answer)).toMatchObject({ state: 'acknowledged', mode: 'soft' })
    for (const node of nodes) {
      const { text, headers } = await node('GET', '/api/cache/shop:1')
      if (text === before) expect(headers['cache-status']).toMatch(/stale revalidating/)
    }
    for (const node of nodes)
      await expect
        .poll(async () => Number((await node('GET', '/api/cache/shop:1')).text))
        .toBeGreaterThan(Number(before))
  })

  it('by DELETE, every node misses', async () => {
    const { nodes } = await startThreeNodes()
    await nodes[0]('PUT', '/api/cache/plain:1', { body: 'x' })
    for (const node of nodes) expect((await node('GET', '/api/cache/plain:1')).text).toBe('x')
    const answer = await nodes[1]('DELETE', '/api/cache/plain:1')
    expect([answer.status, answer.text]).toEqual([204, ''])
    const statuses = await Promise.all(nodes.map(async (node) => (await node('GET', '/api/cache/plain:1')).status))
    expect(statuses).toEqual([404, 404, 404])
    const receipt = receiptOf(await nodes[2]('GET', `/api/invalidate/receipts/${answer.headers['freshet-receipt']}`))
    expect(receipt).toMatchObject({ state: 'acknowledged', epoch: answer.headers['freshet-epoch'] })
  })

  it('a PUT that waits has been heard of by all', async () => {
    const { nodes } = await startThreeNodes()
    await nodes[0]('PUT', '/api/cache/plain:1', { body: 'one' })
    for (const node of nodes) expect((await node('GET', '/api/cache/plain:1')).text).toBe('one')
    expect((await nodes[1]('PUT', '/api/cache/plain:1?wait=all', { body: 'two' })).status).toBe(204)
    for (const node of nodes) expect((await node('GET', '/api/cache/plain:1')).text).toBe('two')
  })
})

describe('who does not want to wait', () => {
  it.each([
    ['local', 'local'],
    ['none', 'appended'],
  ])('is told with wait: %s that it is %s, and reads the new value where it asked', async (wait, state) => {
    const { nodes, warm } = await startThreeNodes()
    const before = await warm('shop:1')
    const answer = await postJson(nodes[0], '/api/invalidate', { tags: ['t'], wait })
    expect([answer.status, receiptOf(answer).state]).toEqual([200, state])
    expect((await nodes[0]('GET', '/api/cache/shop:1')).text).not.toBe(before)
    // Whoever asks for the receipt later is told that all have applied it.
    const found = () => nodes[1]('GET', `/api/invalidate/receipts/${receiptOf(answer).id}`)
    await expect.poll(async () => receiptOf(await found()).state).toBe('acknowledged')
  })
})

describe('a node that fell silent', () => {
  it('is named, holds the answer for its lease and no longer, and then counts no more', async () => {
    const { nodes, warm, startBehindProxy } = await startThreeNodes()
    const { node: silent, proxy } = await startBehindProxy()
    await warm('shop:1')
    await silent('GET', '/api/cache/shop:1')
    await waitFor(
      async () => receiptOf(await postJson(nodes[0], '/api/invalidate', { keys: ['x'] })).nodes.length === 4,
      'four',
    )
    proxy.pause()

    const pending = await postJson(nodes[0], '/api/invalidate?waitMs=20', { tags: ['t'] })
    expect(pending.status).toBe(202)
    expect(receiptOf(pending)).toMatchObject({ state: 'appended', laggards: ['node-4'], acknowledgedBy: null })
    expect(receiptOf(pending).leaseRemainingMs).toBeGreaterThan(0)
    const later = async () => receiptOf(await nodes[0]('GET', pending.headers.location ?? ''))
    await expect.poll(async () => (await later()).state).toBe('acknowledged')
    const acknowledged = await later()
    // Its lease began with its last poll, a quarter of a lease before the append, or more when the machine is busy.
    const leaseFromAppendMs = LEASE_MS * 0.25
    expect(acknowledged.acknowledgedAfterMs).toBeGreaterThanOrEqual(leaseFromAppendMs)
    for (const node of acknowledged.nodes)
      if (node.nodeId === 'node-4') expect(node.leaseExpiredAfterMs).toBeGreaterThanOrEqual(leaseFromAppendMs)
      else expect(node.appliedAfterMs).toBeLessThan(LEASE_MS)
    // By then it knows that it does not know.
    expect((await silent('GET', '/api/cache/shop:1')).headers['cache-status']).not.toMatch(/hit.*l1$/)

    await expect
      .poll(async () => receiptOf(await postJson(nodes[1], '/api/invalidate', { tags: ['t'] })).nodes.length)
      .toBe(3)
    const quick = receiptOf(await postJson(nodes[1], '/api/invalidate', { tags: ['t'] }))
    expect(quick).toMatchObject({ acknowledgedBy: 'members', laggards: [] })
  })
})

describe('a request that comes again', () => {
  it('with the same Idempotency-Key gets the same answer, and appends nothing', async () => {
    const { nodes, redis } = await startThreeNodes()
    const headers = { 'idempotency-key': 'order-7' }
    const first = await postJson(nodes[0], '/api/invalidate', { tags: ['t'] }, headers)
    const again = await postJson(nodes[1], '/api/invalidate', { tags: ['t'] }, headers)
    expect([again.status, again.text, again.headers['freshet-epoch']]).toEqual([
      200,
      first.text,
      first.headers['freshet-epoch'],
    ])
    expect(await redis.xlen(redisKeys.logStream)).toBe(1)
  })

  it('with another body is refused, and another caller has keys of its own', async () => {
    const { nodes, control, as } = await startThreeNodes()
    const seller = control.addKey()
    await control.publish()
    const headers = { 'idempotency-key': 'order-7' }
    const first = await postJson(nodes[0], '/api/invalidate', { tags: ['t'] }, headers)
    const stranger = await postJson(await as(seller), '/api/invalidate', { tags: ['t'] }, headers)
    expect(receiptOf(stranger).id).not.toBe(receiptOf(first).id)
    const other = await postJson(nodes[0], '/api/invalidate', { tags: ['u'] }, headers)
    expect([other.status, other.problem?.code, other.problem?.field]).toEqual([422, 'invalid', 'Idempotency-Key'])
  })

  it('while the first is under way is told to come later', async () => {
    const { nodes, redis, startBehindProxy } = await startThreeNodes()
    const { proxy } = await startBehindProxy()
    proxy.pause()
    const headers = { 'idempotency-key': 'order-7' }
    const first = postJson(nodes[0], '/api/invalidate', { tags: ['t'] }, headers)
    const underWay = () => redis.keys(redisKeys.idempotency('*'))
    await expect.poll(underWay, { interval: 5 }).toHaveLength(1)
    const again = await postJson(nodes[1], '/api/invalidate', { tags: ['t'] }, headers)
    expect([again.status, again.problem?.code, again.headers['retry-after']]).toEqual([409, 'conflict', '1'])
    expect((await first).status).toBe(200)
    expect((await postJson(nodes[1], '/api/invalidate', { tags: ['t'] }, headers)).text).toBe((await first).text)
  })
})

describe('a caller', () => {
  it('ends nothing outside of the namespaces that it holds, not even by a shared tag', async () => {
    const { nodes, warm, control, as } = await startThreeNodes()
    const seller = control.addKey({ scopes: ['invalidate', 'read'], namespaces: ['shop'] })
    await control.publish()
    const before = { shop: await warm('shop:1'), users: await warm('users:1') }
    const call = await as(seller)
    for (const [path, body] of [
      ['/api/invalidate', { keys: ['users:1'] }],
      ['/api/invalidate', { namespace: 'users' }],
      ['/api/invalidate/pattern', { pattern: 'users:*' }],
    ] as const)
      expect((await postJson(call, path, body)).problem).toMatchObject({ status: 403, code: 'namespace_forbidden' })
    expect((await postJson(call, '/api/invalidate', { all: true })).problem).toMatchObject({ code: 'scope_missing' })
    await postJson(call, '/api/invalidate', { tags: ['t'] })
    await postJson(call, '/api/invalidate/pattern', { pattern: '*' })
    for (const node of nodes) {
      expect((await node('GET', '/api/cache/users:1')).text).toBe(before.users)
      expect((await node('GET', '/api/cache/shop:1')).text).not.toBe(before.shop)
    }
  })
})

describe('a dry run and a preview', () => {
  it('say what would be ended, and end nothing', async () => {
    const { nodes, warm, redis } = await startThreeNodes()
    for (const key of ['shop:1', 'shop:2', 'users:1']) await warm(key)
    await expect.poll(() => redis.exists(['shop:1', 'shop:2', 'users:1'].map(redisKeys.entry))).toBe(3)
    const exactly = (count: number) => ({ count, exact: true, standardError: 0, low: count, high: count })
    const dry = await postJson(nodes[0], '/api/invalidate', {
      tags: ['t-shop'],
      keys: ['users:1', 'users:none'],
      dryRun: true,
    })
    expect(dry.status).toBe(200)
    expect(JSON.parse(dry.text)).toMatchObject({ count: exactly(3) })
    expect(JSON.parse(dry.text).sample.sort()).toEqual(['shop:1', 'shop:2', 'users:1'])
    expect(JSON.parse(dry.text).bytes.bytes).toBeGreaterThan(300)
    for (const [query, count] of [
      ['pattern=shop:*', 2],
      ['tag=t', 3],
      ['namespace=users', 1],
      ['pattern=nothing*', 0],
    ] as const)
      expect(JSON.parse((await nodes[0]('GET', `/api/invalidate/preview?${query}`)).text).count).toEqual(exactly(count))
    expect(await redis.xlen(redisKeys.logStream)).toBe(0)
  })
})
