import { expect, it } from 'vitest'
import { MemberGauges } from './member-gauges.ts'

function look(gauges: MemberGauges, generation: string, tail: number, ...applied: number[]) {
  const members = applied.map((epoch, i) => ({
    nodeId: `n${i}`,
    incarnation: 'x',
    applied: epoch,
    polls: 1,
    leaseMs: 2_000,
  }))
  gauges.see({ generation, tail, members })
  return [gauges.count, gauges.laggards]
}

it('calls nobody a laggard for what came just now', () => {
  const gauges = new MemberGauges()
  expect(look(gauges, 'a', 10, 10, 8)).toEqual([2, 0])
  expect(look(gauges, 'a', 20, 18, 15)).toEqual([2, 0])
})

it('counts who is not where the log was at the look before', () => {
  const gauges = new MemberGauges()
  look(gauges, 'a', 10, 10, 8, 9)
  expect(look(gauges, 'a', 20, 18, 8, 9)).toEqual([3, 2])
})

it('compares no epochs of two generations', () => {
  const gauges = new MemberGauges()
  look(gauges, 'a', 10, 10)
  expect(look(gauges, 'b', 1, 0, 0)).toEqual([2, 0])
})
