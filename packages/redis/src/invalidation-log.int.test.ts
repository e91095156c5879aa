import { keysOf } from '@freshet/core/coherence/log-record'
import { redisKeys } from '@freshet/core/keys/redis-keys'
import type { Redis } from 'ioredis'
import { describe, expect, it } from 'vitest'
import { RedisInvalidationLog } from './invalidation-log.ts'
import { throwawayRedis } from './testing/throwaway-redis.ts'

async function setUp({ maxRecords = 1_000, pageSize = 100, stallMs = 0 } = {}) {
  const { server, connect } = await throwawayRedis()
  const [append, poll, doorbell, probe] = await Promise.all(
    ['append', 'poll', 'doorbell', 'probe'].map((name) => connect(name, name === 'doorbell' ? 0 : stallMs)),
  )
  if (!append || !poll || !doorbell || !probe) throw new Error('unreachable')
  const log = new RedisInvalidationLog({
    append,
    poll,
    doorbell,
    nodeId: 'node-1',
    incarnation: 'abc',
    leaseMs: 2_000,
    maxRecords,
    pageSize,
  })
  return { server, log, probe }
}

const keys = (...names: string[]) => ({ kind: 'keys' as const, keys: names })
const put = (...names: string[]) => ({ kind: 'put' as const, keys: names })

/** The first poll runs the generation check; what follows is in that generation. */
async function begin(log: RedisInvalidationLog): Promise<string> {
  return (await log.poll(null, 0)).generation
}

describe('append and poll', () => {
  it('give each record the next epoch, and hand them on in order', async () => {
    const { log } = await setUp()
    const generation = await begin(log)
    expect(await log.append(keys('a'))).toEqual({ generation, epoch: 1 })
    expect(await log.append({ kind: 'put', keys: ['b', 'ü"\\'] })).toEqual({ generation, epoch: 2 })
    const reply = await log.poll(generation, 0)
    expect(reply).toMatchObject({
      generation,
      tail: 2,
      records: [
        { epoch: 1, commands: [keys('a')] },
        { epoch: 2, commands: [{ kind: 'put', keys: ['b', 'ü"\\'] }] },
      ],
    })
    expect(Math.abs(reply.serverTimeMs - Date.now())).toBeLessThan(5_000)
    expect((await log.poll(generation, 1)).records.map(({ epoch }) => epoch)).toEqual([2])
    expect((await log.poll(generation, 2)).records).toEqual([])
  })

  it('read a long log page by page', async () => {
    const { log } = await setUp({ pageSize: 3 })
    const generation = await begin(log)
    for (let i = 0; i < 7; i++) await log.append(keys(`k${i}`))
    const epochs: number[] = []
    for (let applied = 0; applied < 7; ) {
      const { records, tail } = await log.poll(generation, applied)
      expect(tail).toBe(7)
      expect(records.length).toBeLessThanOrEqual(3)
      epochs.push(...records.map(({ epoch }) => epoch))
      applied = epochs.at(-1) ?? applied
    }
    expect(epochs).toEqual([1, 2, 3, 4, 5, 6, 7])
  })

  it('gather what is appended together into few records, and never two writes of a key in one', async () => {
    const { log } = await setUp()
    const generation = await begin(log)
    const versions = await Promise.all(
      [...Array(50).keys()].flatMap((i) => [log.append(put(`k${i}`)), log.append(put('hot'))]),
    )
    const { records, tail } = await log.poll(generation, 0)
    expect(new Set(versions.map(({ epoch }) => epoch)).size).toBe(tail)
    // 50 writes of "hot" need 50 epochs; the other 50 keys travel along with them.
    expect(tail).toBe(50)
    for (const { commands } of records) {
      const named = commands.flatMap(keysOf)
      expect(new Set(named).size).toBe(named.length)
    }
  })

  it('write the member down with each poll, so that a server which takes no writes renews no lease', async () => {
    const { log, probe } = await setUp()
    const generation = await begin(log)
    await log.append(keys('a'))
    await log.poll(generation, 0)
    await log.poll(generation, 1)
    expect(await probe.hget(redisKeys.logMeta, 'm:node-1:abc')).toBe('1:3:2000')
    await log.leave()
    expect(await probe.hget(redisKeys.logMeta, 'm:node-1:abc')).toBeNull()
  })

  it('take what cannot be read as the end of everything older', async () => {
    const { log, probe } = await setUp()
    const generation = await begin(log)
    await log.append(keys('a'))
    await probe.hset(redisKeys.logMeta, 'epoch', 2)
    await probe.xadd(redisKeys.logStream, '2-0', 'd', '\xff not json')
    expect((await log.poll(generation, 1)).records).toEqual([{ epoch: 2, commands: [{ kind: 'all' }] }])
  })

  it('keep about as many records as they are told', async () => {
    const { log, probe } = await setUp({ maxRecords: 100 })
    await begin(log)
    for (let i = 0; i < 400; i++) await log.append(keys('k'))
    expect(await probe.xlen(redisKeys.logStream)).toBeLessThan(300)
  })

  it('ring the doorbell', async () => {
    const { log } = await setUp()
    await begin(log)
    const rung = new Promise<void>((resolve) => {
      log.onDoorbell(resolve)
    })
    await expect
      .poll(async () => {
        await log.append(keys('a'))
        return Promise.race([rung.then(() => 'rung'), new Promise((resolve) => setTimeout(resolve, 20, 'silent'))])
      })
      .toBe('rung')
  })
})

describe('a new generation begins', () => {
  async function expectNewGeneration(log: RedisInvalidationLog, before: string, lose: () => Promise<unknown>) {
    await log.append(keys('a'))
    await lose()
    const reply = await expect
      .poll(() => log.poll(before, 1).catch(() => null), { timeout: 10_000 })
      .toMatchObject({ tail: 0, records: [] })
      .then(() => log.poll(null, 0))
    expect(reply.generation).not.toBe(before)
    // The connection for appends comes back in its own time, and an append that failed may have counted.
    const next = () => log.append(keys('b')).catch(() => null)
    await expect.poll(next, { timeout: 10_000 }).toMatchObject({ generation: reply.generation })
    expect((await log.poll(reply.generation, 0)).records[0]).toEqual({ epoch: 1, commands: [keys('b')] })
  }

  it('when Redis was killed and came back without its data', async () => {
    const { log, server } = await setUp()
    await expectNewGeneration(log, await begin(log), async () => {
      server.kill('SIGKILL')
      await server.restart()
    })
  })

  it('when everything was flushed', async () => {
    const { log, probe } = await setUp()
    await expectNewGeneration(log, await begin(log), () => probe.flushall())
  })

  it('when only the meta hash was lost', async () => {
    const { log, probe } = await setUp()
    await expectNewGeneration(log, await begin(log), () => probe.del(redisKeys.logMeta))
  })

  it('and keeps the old stream aside, since it may not be archived yet', async () => {
    const { log, probe } = await setUp()
    const before = await begin(log)
    await log.append(keys('a'))
    await probe.hset(redisKeys.logMeta, 'id', 'another server')
    await log.poll(before, 1)
    expect(await probe.xlen(redisKeys.logStreamOf(before))).toBe(1)
    expect(await probe.ttl(redisKeys.logStreamOf(before))).toBeGreaterThan(0)
    expect(await probe.exists(redisKeys.logStream)).toBe(0)
  })
})

describe('while Redis is away', () => {
  it('an append says at once that nothing was promised, and works again when it is back', async () => {
    const { log, server } = await setUp()
    await begin(log)
    server.kill('SIGKILL')
    await expect
      .poll(() =>
        log.append(keys('a')).then(
          () => 'appended',
          (error) => error.code,
        ),
      )
      .toBe('log_unavailable')
    await server.restart()
    await expect
      .poll(
        () =>
          log.append(keys('a')).then(
            ({ epoch }) => epoch,
            () => null,
          ),
        { timeout: 5_000 },
      )
      .toBe(1)
  })

  it('a poll that hangs is given up after the stall limit', async () => {
    const { log, server } = await setUp({ stallMs: 200 })
    const generation = await begin(log)
    server.kill('SIGSTOP')
    await expect(log.poll(generation, 0)).rejects.toThrow()
    server.kill('SIGCONT')
    await expect
      .poll(
        () =>
          log.poll(generation, 0).then(
            ({ tail }) => tail,
            () => null,
          ),
        { timeout: 5_000 },
      )
      .toBe(0)
  })

  it('scripts are sent again to a server that has forgotten them', async () => {
    const { log, probe } = await setUp()
    await begin(log)
    await (probe as Redis).script('FLUSH')
    expect((await log.append(keys('a'))).epoch).toBe(1)
  })
})
