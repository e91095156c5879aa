import { at, type RedisCosts } from '../redis/redis-costs.ts'
import type { Figure } from './figure.ts'
import { fixed } from './numbers.ts'

const COUNTS = [1, 1_000]

/** What the log's scripts take, on a real Redis. */
export const redisCosts: Figure = {
  columns: ['What', "Redis's CPU, µs", "The asking node's CPU, µs", 'Bytes out'],
  async rows(context) {
    const costs = await context.redisCosts()
    return [
      ['a poll that brings nothing', fixed(costs.pollUs, 1), fixed(costs.pollNodeUs, 1), fixed(costs.pollBytes)],
      ['each record in it, of one key', fixed(costs.recordUs, 2), 'see below', fixed(costs.recordBytes)],
      ['an append, doorbells aside', fixed(costs.appendUs, 1), '', ''],
      ['each doorbell', fixed(costs.doorbellUs, 2), '', fixed(costs.doorbellBytes)],
      ...COUNTS.map((members) => membersRow(costs, members)),
    ]
  },
}

function membersRow(costs: RedisCosts, members: number): string[] {
  const { members: look, membersNodeUs, membersBytes } = costs
  const name = `the member table, of ${fixed(members)}`
  return [name, fixed(at(look, members)), fixed(at(membersNodeUs, members)), fixed(at(membersBytes, members))]
}
