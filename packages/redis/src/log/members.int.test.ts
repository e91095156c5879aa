import { redisKeys } from '@freshet/core/keys/redis-keys'
import { describe, expect, it } from 'vitest'
import { keys, logWorld, until } from '../testing/log-world.ts'

describe('the list of members', () => {
  it('is all who polled, each with its position, its polls and its lease', async () => {
    const { log, member } = await logWorld()
    const other = member('eu:west:2', 'x9', 500)
    const { generation } = await log.poll(null, 0)
    await log.append(keys('a'))
    await log.poll(generation, 1)
    await other.poll(null, 0)
    const { members, ...rest } = await log.members()
    expect(rest).toEqual({ generation, tail: 1 })
    expect([...members].sort((a, b) => a.applied - b.applied)).toEqual([
      { nodeId: 'eu:west:2', incarnation: 'x9', applied: 0, polls: 3, leaseMs: 500 },
      { nodeId: 'node-1', incarnation: 'i', applied: 1, polls: 2, leaseMs: 2_000 },
    ])
  })

  it('does not hold who left, nor who only reads', async () => {
    const { log, reader } = await logWorld()
    await log.poll(null, 0)
    await reader.readAfter(null, 0)
    expect((await log.members()).members).toHaveLength(1)
    await log.leave()
    expect((await log.members()).members).toEqual([])
  })

  it('is refused whole when one of them cannot be read: nobody may be left out (rule waitAll)', async () => {
    const { log, redis } = await logWorld()
    await log.poll(null, 0)
    for (const value of ['7', '7:1', 'x:1:2000', '']) {
      await redis.hset(redisKeys.logMeta, 'm:node-2:y', value)
      await expect(log.members()).rejects.toMatchObject({ code: 'log_unavailable' })
    }
  })

  it('begins anew with a generation, under which it is also asked for first', async () => {
    const { log, endGeneration } = await logWorld()
    const { generation } = await log.poll(null, 0)
    await endGeneration()
    const table = await log.members()
    expect(table).toMatchObject({ tail: 0, members: [] })
    expect(table.generation).not.toBe(generation)
  })

  it('is not told by a master that lacks the replicas it must have: its members may be another’s by now', async () => {
    const { log, redis } = await logWorld()
    await log.poll(null, 0)
    await redis.config('SET', 'min-replicas-to-write', 1)
    await expect(log.members()).rejects.toMatchObject({ code: 'log_unavailable' })
    // Such a master is asked again on a new connection, which takes a moment.
    await until(() => redis.config('SET', 'min-replicas-to-write', 0))
    expect((await until(() => log.members())).members).toHaveLength(1)
  })

  it('is not told while Redis is away', async () => {
    const { log, server } = await logWorld()
    server.kill('SIGKILL')
    await expect.poll(() => log.members().catch(({ code }) => code), { timeout: 10_000 }).toBe('log_unavailable')
    await expect(log.reap('g', { nodeId: 'n', incarnation: 'i', polls: 1 })).rejects.toMatchObject({
      code: 'log_unavailable',
    })
  })
})

describe('reaping', () => {
  const paused = { nodeId: 'paused', incarnation: 'i', polls: 1 }

  it('takes off a member that stood still, once', async () => {
    const { log, member } = await logWorld()
    const { generation } = await member('paused').poll(null, 0)
    expect(await log.reap(generation, paused)).toBe(true)
    expect(await log.reap(generation, paused)).toBe(false)
    expect((await log.members()).members).toEqual([])
  })

  it('spares a member that polled since it was looked at, be it at the same position', async () => {
    const { log, member } = await logWorld()
    const node = member('paused')
    const { generation } = await node.poll(null, 0)
    await node.poll(generation, 0)
    expect(await log.reap(generation, paused)).toBe(false)
    expect((await log.members()).members).toHaveLength(1)
  })

  it('spares a member of a later generation that has the same name and count', async () => {
    const { log, member, endGeneration } = await logWorld()
    const node = member('paused')
    const { generation } = await node.poll(null, 0)
    await endGeneration()
    await node.poll(generation, 0)
    expect(await log.reap(generation, paused)).toBe(false)
    expect((await log.members()).members).toHaveLength(1)
  })

  it('spares a member that another reaper took off meanwhile and that came back with a lease', async () => {
    const { log, member } = await logWorld()
    const node = member('paused')
    const { generation } = await node.poll(null, 0)
    expect(await log.reap(generation, paused)).toBe(true)
    await node.poll(generation, 0)
    expect(await log.reap(generation, paused)).toBe(false)
    expect((await log.members()).members).toHaveLength(1)
  })

  it('of a paused member is undone by its first poll after the pause, which reads on from where it was', async () => {
    const { log, member } = await logWorld()
    const node = member('paused')
    const { generation } = await node.poll(null, 0)
    await log.append(keys('a'))
    await log.reap(generation, paused)
    await log.append(keys('b'))
    expect((await node.poll(generation, 0)).records.map(({ epoch }) => epoch)).toEqual([1, 2])
    expect((await log.members()).members).toEqual([{ ...paused, applied: 0, polls: 2, leaseMs: 2_000 }])
  })

  it('takes nothing off that it had not seen, however it falls between the polls', async () => {
    const { log, member, connect } = await logWorld()
    const node = member('busy', 'i', 2_000, await connect('busy'))
    const { generation } = await node.poll(null, 0)
    const POLLS = 400
    let polled = 1
    const busy = (async () => {
      for (; polled < POLLS; polled++) await node.poll(generation, 0)
    })()
    const takenOff: number[] = []
    let spared = 0
    while (polled < POLLS) {
      const [seen] = (await log.members()).members
      if (!seen) continue
      if (await log.reap(generation, seen)) takenOff.push(seen.polls)
      else spared++
    }
    await busy
    // Each removal was of another poll: none could be taken for the one before.
    expect(new Set(takenOff).size).toBe(takenOff.length)
    expect([takenOff.length > 0, spared > 0]).toEqual([true, true])
  })
})
