import { describe, expect, it } from 'vitest'
import type { LogMembers, Member, MemberTable } from '../coherence/log.ts'
import { ManualClock } from '../testing/manual-clock.ts'
import { Reaper } from './reaper.ts'

/** A log of one member, "a", whose polls the test counts; reaping compares them as the script does. */
function setUp({ memberLeaseMs = 2_000 } = {}) {
  const clock = new ManualClock()
  const a: Member = { nodeId: 'a', incarnation: '1', applied: 0, polls: 1, leaseMs: memberLeaseMs }
  let listed = true
  const members: LogMembers = {
    members: async (): Promise<MemberTable> => ({ generation: 'g', tail: 0, members: listed ? [{ ...a }] : [] }),
    reap: async (generation, { polls }) => {
      if (generation !== 'g' || polls !== a.polls) return false
      listed = false
      return true
    },
  }
  const reaper = new Reaper({ members, clock, leaseMs: 2_000, marginMs: 100 })
  return { clock, a, members, reaper, look: async () => (await reaper.look()).map(({ nodeId }) => nodeId) }
}

describe('a member that stands still', () => {
  it('is removed after a lease and the margin, not before', async () => {
    const { clock, look } = setUp()
    expect(await look()).toEqual([])
    clock.advance(2_099)
    expect(await look()).toEqual([])
    clock.advance(1)
    expect(await look()).toEqual(['a'])
    expect(await look()).toEqual([])
  })

  it('is given its own lease where that is longer', async () => {
    const { clock, look } = setUp({ memberLeaseMs: 5_000 })
    await look()
    clock.advance(5_099)
    expect(await look()).toEqual([])
    clock.advance(1)
    expect(await look()).toEqual(['a'])
  })

  it('is given ours where its own is shorter', async () => {
    const { clock, look } = setUp({ memberLeaseMs: 200 })
    await look()
    clock.advance(2_099)
    expect(await look()).toEqual([])
  })

  it("is not removed because the reaper's wall clock jumped, or its machine slept", async () => {
    const { clock, look } = setUp()
    await look()
    clock.suspend(3_600_000)
    expect(await look()).toEqual([])
  })
})

it('a member that polls stays, however seldom it is looked at', async () => {
  const { clock, a, look } = setUp()
  await look()
  for (let i = 0; i < 5; i++) {
    clock.advance(60_000)
    a.polls++
    expect(await look()).toEqual([])
  }
})

it('a member that polls between the look and the removal stays', async () => {
  const { clock, a, reaper, members } = setUp()
  await reaper.look()
  clock.advance(2_100)
  const table = await members.members()
  a.polls++
  expect(await reaper.see(table)).toEqual([])
})
