import { ChangesReply } from '@freshet/core/contracts/changes'
import { describe, expect, test } from 'vitest'
import { clientOf, startTestCluster, waitFor } from '../../testing/test-node.ts'

async function setUp(overrides: Record<string, string> = {}) {
  const cluster = await startTestCluster()
  const url = await cluster.startTestNode(overrides)
  const call = clientOf(url, cluster.token)
  return { ...cluster, url, call, changes: changesOf(call), invalidate: invalidateBy(call) }
}

const changesOf = (call: ReturnType<typeof clientOf>) => async (after: string | null, waitMs?: number) => {
  const query = new URLSearchParams({
    ...(after !== null && { after }),
    ...(waitMs !== undefined && { waitMs: `${waitMs}` }),
  })
  const { text } = await call('GET', `/api/changes?${query}`)
  const reply = ChangesReply.parse(JSON.parse(text))
  return { ...reply, position: `${reply.generation}.${reply.applied}` }
}

const invalidateBy = (call: ReturnType<typeof clientOf>) => (what: object) =>
  call('POST', '/api/invalidate', { headers: { 'content-type': 'application/json' }, body: JSON.stringify(what) })

describe('GET /api/changes', () => {
  test('begins where the log is, and then tells what came, without who and why', async () => {
    const { changes, invalidate, call } = await setUp()
    await call('PUT', '/api/cache/users:0', { body: 'x' })
    const start = await changes(null)
    expect(start).toMatchObject({ applied: 1, tail: 1, gap: false, records: [], leaseMs: 2_000 })
    await invalidate({ keys: ['users:1'], tags: ['t'], reason: 'secret plans' })
    const told = await changes(start.position)
    expect(told).toMatchObject({ applied: 2, tail: 2, gap: false })
    expect(told.records).toEqual([
      {
        epoch: 2,
        commands: [
          { kind: 'keys', keys: ['users:1'] },
          { kind: 'tags', tags: ['t'], reach: '*' },
        ],
      },
    ])
    expect((await changes(told.position)).records).toEqual([])
  })

  test('holds an answer without news back, and gives it as soon as there is some', async () => {
    // The node's own polls, which end a wait too, are two seconds apart unless something happens.
    const { changes, invalidate } = await setUp({ FRESHET_LEASE_MS: '8000' })
    const round = async () => {
      const { position } = await changes(null)
      const startedMs = performance.now()
      const held = changes(position, 1_000)
      await new Promise((resolve) => setTimeout(resolve, 50))
      await invalidate({ keys: ['k'], wait: 'none' })
      const { records, heldMs } = await held
      expect(heldMs).toBeLessThanOrEqual(performance.now() - startedMs)
      return { told: records.length, isHeld: heldMs > 0, isEarly: heldMs < 1_000 }
    }
    // On a busy machine, or where a poll falls into it, a round may end before there was news.
    await expect.poll(round).toEqual({ told: 1, isHeld: true, isEarly: true })
  })

  test('proves that nothing came: with the next poll at the latest its knowledge is new', async () => {
    const { changes } = await setUp()
    const { position } = await changes(null)
    const round = async () => {
      const { records, ageMs, heldMs } = await changes(position, 1_000)
      expect(records).toEqual([])
      return { isEarly: heldMs < 900, isNew: ageMs !== null && ageMs < 100 }
    }
    // The best of several, since a busy machine may stand still between the poll and the answer.
    await expect.poll(round).toEqual({ isEarly: true, isNew: true })
  })

  test('knows less and less of a log that cannot be reached, and says so', async () => {
    const { changes, server } = await setUp()
    const { position } = await changes(null)
    server.kill('SIGSTOP')
    let first = await changes(position, 600)
    // A poll's answer may have been on its way.
    while (first.heldMs <= 500) first = await changes(position, 600)
    const second = await changes(position, 600)
    server.kill('SIGCONT')
    expect((second.ageMs ?? 0) - (first.ageMs ?? 0)).toBeGreaterThan(500)
    expect(second.ageMs).toBeGreaterThan(1_000)
  })

  test('tells a follower of a position that it cannot serve from to start anew', async () => {
    const { changes, invalidate, redis } = await setUp()
    const { position, generation } = await changes(null)
    expect(await changes('00000000000000ff.3')).toMatchObject({ gap: true, records: [], applied: 0 })
    await redis.flushall()
    await invalidate({ keys: ['k'], wait: 'none' })
    await waitFor(async () => (await changes(null)).generation !== generation, 'the new generation')
    expect(await changes(position)).toMatchObject({ gap: true, records: [] })
  })

  test('tells a credential of its own namespaces only, and leaves no hole where others were changed', async () => {
    const { control, url, call, invalidate, changes } = await setUp()
    const theirs = control.addKey({ scopes: ['read'], namespaces: ['users'] })
    const revision = await control.publish()
    await waitFor(
      async () => (await call('GET', '/api/metrics')).text.includes(`"controlRevision":${revision}`),
      'the key',
    )
    const start = await changes(null)
    await invalidate({ keys: ['users:1', 'orders:1'] })
    await invalidate({ keys: ['orders:2'], tags: ['t'] })
    await invalidate({ namespace: 'orders' })
    const told = await changesOf(clientOf(url, theirs))(start.position)
    expect(told).toMatchObject({ applied: start.applied + 3, gap: false })
    expect(told.records).toMatchObject([
      { epoch: start.applied + 1, commands: [{ kind: 'keys', keys: ['users:1'] }] },
      { epoch: start.applied + 2, commands: [{ kind: 'tags', tags: ['t'], reach: ['users'] }] },
    ])
    expect(JSON.stringify(told)).not.toContain('orders')
  })

  test('tells more than an answer holds in several, none of which is said to be the end before the last', async () => {
    const { changes, invalidate } = await setUp()
    const start = await changes(null)
    for (let n = 0; n < 12; n++)
      await invalidate({ keys: Array.from({ length: 1_000 }, (_, i) => `k:${n}:${i}`), wait: 'local' })
    const first = await changes(start.position)
    expect([first.applied, first.tail]).toEqual([start.applied + 10, start.applied + 12])
    const second = await changes(first.position)
    expect([second.applied, second.tail]).toEqual([second.tail, start.applied + 12])
    expect(first.records.length + second.records.length).toBe(12)
  })

  test('refuses what is no position, too long a wait, and a credential that may not read', async () => {
    const { call, control, url } = await setUp()
    const told = async (path: string, by = call) => {
      const { status, problem } = await by('GET', path)
      return [status, problem?.code, problem?.field]
    }
    expect(await told('/api/changes?after=7')).toEqual([422, 'invalid', 'after'])
    expect(await told('/api/changes?waitMs=1001')).toEqual([422, 'invalid', 'waitMs'])
    const writer = control.addKey({ scopes: ['write'], namespaces: ['users'] })
    const revision = await control.publish()
    await waitFor(
      async () => (await call('GET', '/api/metrics')).text.includes(`"controlRevision":${revision}`),
      'the key',
    )
    expect(await told('/api/changes', clientOf(url, writer))).toEqual([403, 'scope_missing', 'scope'])
    expect(await told('/api/changes', clientOf(url, 'fk_nobody'))).toEqual([401, 'unauthenticated', 'Authorization'])
  })
})
