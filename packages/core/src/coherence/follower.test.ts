import { describe, expect, it } from 'vitest'
import { FakeLog } from '../testing/fake-log.ts'
import { judged, keys } from '../testing/judged.ts'
import { ManualClock } from '../testing/manual-clock.ts'
import { Follower } from './follower.ts'

const LEASE_MS = 2_000
const GEN_1 = '0000000000000001'
const GEN_2 = '0000000000000002'

function setUp(fenceMs = 0) {
  const clock = new ManualClock()
  const log = new FakeLog()
  const follower = new Follower(LEASE_MS, undefined, fenceMs)
  const poll = (pageSize?: number) => follower.apply(log.read(follower.applied, pageSize), clock.instant())
  return { clock, log, follower, poll }
}

const put = (key: string) => ({ kind: 'put' as const, keys: [key] })
const at = (epoch: number, generation = GEN_1) => ({ generation, epoch })

describe('the state', () => {
  it('is syncing until a poll reached the tail, and nothing is valid before', () => {
    const { follower, clock } = setUp()
    expect(follower.state(clock.instant())).toBe('syncing')
    expect(follower.version()).toBeNull()
    expect(follower.judge('k', judged(at(5)))).toBe('dead')
  })

  it('stays syncing while polls bring full pages, because the lease needs the tail (leaseAtTail)', async () => {
    const { follower, clock, log, poll } = setUp()
    for (let i = 0; i < 3; i++) await log.append(put(`k${i}`))
    expect(poll(2).behind).toBe(true)
    expect(follower.state(clock.instant())).toBe('syncing')
    expect(poll(2).behind).toBe(false)
    expect(follower.state(clock.instant())).toBe('coherent')
  })

  it('counts the lease from when the poll was sent, not from when its answer came (leaseFromSend)', () => {
    const { follower, clock, log } = setUp()
    const sentAt = clock.instant()
    clock.advance(1_500)
    follower.apply(log.read(0), sentAt)
    expect(follower.leaseRemainingMs(clock.instant())).toBe(500)
    clock.advance(500)
    expect(follower.state(clock.instant())).toBe('degraded')
  })

  it('ends the lease of a machine whose monotonic clock stood still while it was suspended (clock)', () => {
    const { follower, clock, poll } = setUp()
    poll()
    clock.suspend(LEASE_MS)
    expect(follower.state(clock.instant())).toBe('degraded')
  })

  it('is coherent again with the next poll that reaches the tail', () => {
    const { follower, clock, poll } = setUp()
    poll()
    clock.advance(60_000)
    expect(follower.inTheDarkMs(clock.instant())).toBe(58_000)
    poll()
    expect(follower.state(clock.instant())).toBe('coherent')
    expect(follower.inTheDarkMs(clock.instant())).toBe(0)
  })
})

describe('judging', () => {
  it('lets a value die by a record newer than its load began, and live by one that is not', async () => {
    const { follower, log, poll } = setUp()
    poll()
    const before = follower.version()
    await log.append({ kind: 'keys', keys: ['k'] })
    poll()
    expect(before && follower.judge('k', judged(before))).toBe('dead')
    expect(before && follower.judge('other', judged(before))).toBe('valid')
    expect(follower.judge('k', judged(at(1)))).toBe('valid')
  })

  it('names the keys to drop with the epoch they died at', async () => {
    const { log, poll } = setUp()
    await log.append(put('a'))
    await log.append({ kind: 'keys', keys: ['b', 'c'] })
    expect(poll()).toEqual({
      drops: [
        { key: 'a', epoch: 1 },
        { key: 'b', epoch: 2 },
        { key: 'c', epoch: 2 },
      ],
      records: 2,
      behind: false,
      sweptUpTo: null,
    })
  })

  it('applies a record twice without harm', async () => {
    const { follower, log, clock, poll } = setUp()
    await log.append(put('a'))
    poll()
    expect(follower.apply(log.read(0), clock.instant()).records).toBe(0)
    expect(follower.judge('a', judged(at(1)))).toBe('valid')
  })

  it('takes a record that it cannot read as the end of everything older', async () => {
    const { follower, log, poll } = setUp()
    await log.append({ kind: 'all' })
    poll()
    expect(follower.judge('anything', judged(at(0)))).toBe('dead')
    expect(follower.judge('anything', judged(at(1)))).toBe('valid')
  })

  it('gives up everything older than the first retained record when the log was trimmed past it (gap)', async () => {
    const { follower, log, poll } = setUp()
    poll()
    for (let i = 1; i <= 5; i++) await log.append(put(`k${i}`))
    log.trimBefore(4)
    poll()
    expect(follower.applied).toBe(5)
    expect(follower.judge('never-named', judged(at(3)))).toBe('dead')
    expect(follower.judge('never-named', judged(at(4)))).toBe('valid')
  })

  it('gives up everything when the whole stretch was trimmed', async () => {
    const { follower, log, poll } = setUp()
    poll()
    for (let i = 1; i <= 3; i++) await log.append(put(`k${i}`))
    log.trimBefore(4)
    expect(poll().behind).toBe(false)
    expect(follower.applied).toBe(3)
    expect(follower.judge('never-named', judged(at(2)))).toBe('dead')
  })

  it('knows its own append before its poll brings it, so that a running load finds out that it lost', () => {
    const { follower, poll } = setUp()
    poll()
    const version = follower.version()
    follower.noteOwn([keys('k')], at(1))
    expect(version && follower.judge('k', judged(version))).toBe('dead')
    expect(follower.applied).toBe(0)
  })
})

describe('a new generation', () => {
  async function afterFailover(fenceMs = 0) {
    const world = setUp(fenceMs)
    await world.log.append(put('old-dead'))
    world.poll()
    world.log.beginGeneration(GEN_2)
    return world
  }

  it('makes values of the one before stale at best, and those it knew to be dead stay dead', async () => {
    const { follower, poll } = await afterFailover()
    poll()
    expect(follower.judge('untouched', judged(at(1)))).toBe('superseded')
    expect(follower.judge('old-dead', judged(at(0)))).toBe('dead')
    expect(follower.judge('old-dead', judged(at(1)))).toBe('superseded')
  })

  it('lets any record of its own kill what came before it', async () => {
    const { follower, log, poll } = await afterFailover()
    await log.append(put('k'))
    poll()
    expect(follower.judge('k', judged(at(1)))).toBe('dead')
    expect(follower.judge('k', judged(at(1, GEN_2)))).toBe('valid')
  })

  it('forgets the generation before the last: without its index nothing is known about its values', async () => {
    const { follower, log, poll } = await afterFailover()
    poll()
    log.beginGeneration('0000000000000003')
    poll()
    expect(follower.judge('untouched', judged(at(1)))).toBe('dead')
  })

  it('ends the lease at once when an append of its own was answered in it, before any poll knows', async () => {
    const { follower, clock, poll } = await afterFailover()
    expect(follower.state(clock.instant())).toBe('coherent')
    follower.noteOwn([keys('k')], at(1, GEN_2))
    // What k had in the second tier or in a running load bears the old generation, and would have been judged valid.
    expect(follower.state(clock.instant())).toBe('syncing')
    expect(follower.leaseRemainingMs(clock.instant())).toBe(0)
    poll()
    expect(follower.state(clock.instant())).toBe('coherent')
  })

  it('counts how long nobody can vouch for the values of the one before from the end of its last lease', async () => {
    const { follower, clock, poll } = await afterFailover()
    expect(follower.supersededForMs(clock.instant())).toBe(Number.POSITIVE_INFINITY)
    clock.advance(10_000)
    poll()
    expect(follower.supersededForMs(clock.instant())).toBe(8_000)
    clock.advance(1_000)
    poll()
    expect(follower.supersededForMs(clock.instant())).toBe(9_000)
  })

  it('that was left gives no lease while it may be a primary that was cut off which tells of it', async () => {
    const { follower, log, clock, poll } = await afterFailover(LEASE_MS)
    poll()
    await log.append({ kind: 'all' })
    poll()
    clock.advance(LEASE_MS - 1)
    log.beginGeneration(GEN_1)
    expect(poll()).toMatchObject({ records: 0, behind: false })
    expect([follower.generation, follower.applied]).toEqual([GEN_2, 1])
    expect(follower.judge('untouched', judged(at(1)))).toBe('dead')
    clock.advance(1)
    expect(follower.state(clock.instant())).toBe('degraded')
  })

  it('begins at epoch 0 and takes a late answer of the generation before for what it was', async () => {
    const { follower, poll } = await afterFailover()
    poll()
    follower.noteOwn([keys('k')], at(7, GEN_1))
    expect(follower.version()).toEqual(at(0, GEN_2))
    expect(follower.judge('k', judged(at(0, GEN_2)))).toBe('valid')
    expect(follower.judge('k', judged(at(6, GEN_1)))).toBe('dead')
    expect(follower.judge('k', judged(at(7, GEN_1)))).toBe('superseded')
  })

  it('that an own append speaks of before any poll does ends every value of its keys', async () => {
    const { follower, poll } = await afterFailover()
    follower.noteOwn([keys('k')], at(1, GEN_2))
    expect(follower.judge('k', judged(at(1, GEN_1)))).toBe('dead')
    expect(follower.judge('other', judged(at(1, GEN_1)))).toBe('valid')
    poll()
    expect(follower.judge('k', judged(at(1, GEN_1)))).toBe('dead')
  })

  it('is entered with what an own append said, even by a poll that was answered before that append', async () => {
    const { follower, log, clock } = await afterFailover()
    const answeredBefore = log.read(0)
    follower.noteOwn([keys('k')], await log.append(put('k')))
    follower.apply(answeredBefore, clock.instant())
    expect(follower.applied).toBe(0)
    expect(follower.judge('k', judged(at(0, GEN_2)))).toBe('dead')
    expect(follower.judge('k', judged(at(1, GEN_2)))).toBe('valid')
  })
})
