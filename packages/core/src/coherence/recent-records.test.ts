import { describe, expect, it } from 'vitest'
import type { LogRecord } from './log-record.ts'
import { RecentRecords } from './recent-records.ts'

const GEN_1 = '0000000000000001'
const GEN_2 = '0000000000000002'
const ROOMY = { maxRecords: 100, maxBytes: 100_000 }

const record = (epoch: number, ...keys: string[]): LogRecord => ({
  epoch,
  commands: [{ kind: 'keys', keys: keys.length === 0 ? [`k${epoch}`] : keys }],
})
const reply = (records: LogRecord[], generation = GEN_1) => ({ generation, records, tail: 0, serverTimeMs: 0 })
const at = (epoch: number, generation = GEN_1) => ({ generation, epoch })

function noted(epochs: number[], limits = ROOMY) {
  const recent = new RecentRecords(limits)
  recent.note(reply([]), 0)
  for (const epoch of epochs) recent.note(reply([record(epoch)]), epoch)
  return recent
}
const epochsSince = (recent: RecentRecords, epoch: number, maxNames = 1_000) =>
  recent.since(at(epoch), maxNames)?.records.map((each) => each.epoch) ?? null

describe('what came after a position', () => {
  it('is told in order, and nothing of what came before', () => {
    const recent = noted([1, 2, 3])
    expect(recent.since(at(1), 10)).toEqual({ records: [record(2), record(3)], upTo: 3 })
    expect(recent.since(at(3), 10)).toEqual({ records: [], upTo: 3 })
  })

  it('is nothing for a follower that another node has led further', () => {
    expect(noted([1, 2]).since(at(7), 10)).toEqual({ records: [], upTo: 2 })
  })

  it('is cut into pages by the names in it, and a record larger than a page is one of its own', () => {
    const recent = new RecentRecords(ROOMY)
    recent.note(reply([record(1, 'a', 'b', 'c'), record(2, 'd'), record(3, 'e'), record(4, 'f')]), 4)
    expect(epochsSince(recent, 0, 2)).toEqual([1])
    expect(recent.since(at(1), 2)).toEqual({ records: [record(2, 'd'), record(3, 'e')], upTo: 3 })
    expect(epochsSince(recent, 3, 2)).toEqual([4])
  })
})

describe('a position that cannot be served from', () => {
  it('is one before a hole in the log, whichever way the hole came', () => {
    const recent = noted([1, 2])
    recent.note(reply([record(5)]), 5)
    expect([epochsSince(recent, 2), epochsSince(recent, 3), epochsSince(recent, 4)]).toEqual([null, null, [5]])
    // The whole stretch was trimmed: nothing is retained, though the log went on.
    recent.note(reply([]), 9)
    expect([epochsSince(recent, 8), epochsSince(recent, 9)]).toEqual([null, []])
  })

  it('is one of another generation', () => {
    const recent = noted([1, 2])
    recent.note(reply([record(1)], GEN_2), 1)
    expect(recent.position).toEqual(at(1, GEN_2))
    expect(recent.since(at(1), 10)).toBeNull()
    expect(recent.since(at(0, GEN_2), 10)?.records).toHaveLength(1)
  })

  it('is one before this process began to follow', () => {
    const recent = new RecentRecords(ROOMY)
    recent.note(reply([record(51)]), 51)
    expect([epochsSince(recent, 49), epochsSince(recent, 50)]).toEqual([null, [51]])
  })

  it('is one whose records were given up for lack of room', () => {
    const epochs = Array.from({ length: 20 }, (_, i) => i + 1)
    const few = noted(epochs, { maxRecords: 10, maxBytes: 1_000_000 })
    expect(epochsSince(few, 1)).toBeNull()
    expect(epochsSince(few, 15)).toEqual([16, 17, 18, 19, 20])
    const small = noted(epochs, { maxRecords: 1_000, maxBytes: 1_000 })
    expect(epochsSince(small, 10)).toBeNull()
    expect(epochsSince(small, 19)).toEqual([20])
  })
})

it('knows nothing before the first poll, and takes what it has already only once', () => {
  const recent = new RecentRecords(ROOMY)
  expect([recent.position, recent.since(at(0), 10)]).toEqual([null, null])
  recent.note(reply([record(1), record(2)]), 2)
  recent.note(reply([record(2), record(3)]), 3)
  expect(epochsSince(recent, 0)).toEqual([1, 2, 3])
})
