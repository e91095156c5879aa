import { expect, it } from 'vitest'
import { KeyWatches } from './key-watch.ts'
import type { LogCommand } from './log-record.ts'

const GENERATION = '0000000000000001'
const at = (epoch: number, generation = GENERATION) => ({ generation, epoch })

function setUp() {
  const watches = new KeyWatches()
  const watch = watches.start({ key: 'k', tags: ['t'] }, GENERATION)
  const apply = (epoch: number, kind: 'keys' | 'put' | 'all', ...keys: string[]) => {
    const command: LogCommand = kind === 'all' ? { kind } : { kind, keys }
    watches.applied({ epoch, commands: [command] })
    watches.reached(GENERATION, epoch, true)
  }
  return { watches, watch, apply }
}

/** What a promise has come to, without waiting for it. */
const now = (promise: Promise<boolean>) => Promise.race([promise, Promise.resolve('open')])

it('waits for its own record, and ignores those that name other keys', async () => {
  const { watch, apply } = setUp()
  const stood = watch.stoodUntil(at(3), at(0))
  apply(1, 'put', 'other')
  apply(2, 'keys', 'other', 'kk')
  expect(await now(stood)).toBe('open')
  apply(3, 'put', 'k')
  expect(await stood).toBe(true)
})

it('may be asked when its own record has been applied already, and does not mind what comes later', async () => {
  const { watch, apply } = setUp()
  apply(1, 'put', 'k')
  apply(2, 'keys', 'k')
  expect(await watch.stoodUntil(at(1), at(0))).toBe(true)
})

it.each([['keys'], ['put'], ['all']] as const)('sees a %s that came before its own record', async (kind) => {
  const { watch, apply } = setUp()
  apply(1, kind, 'k')
  apply(2, 'put', 'k')
  expect(await watch.stoodUntil(at(2), at(0))).toBe(false)
})

it('does not count what the value that was seen is newer than', async () => {
  const { watch, apply } = setUp()
  apply(1, 'put', 'k')
  apply(2, 'put', 'k')
  expect(await watch.stoodUntil(at(2), at(1))).toBe(true)
})

it('of a key without value minds writes and what it cannot read, but not removals', async () => {
  const { watch, apply } = setUp()
  apply(1, 'keys', 'k')
  apply(2, 'put', 'k')
  expect(await watch.stoodUntil(at(2), null)).toBe(true)
  for (const kind of ['put', 'all'] as const) {
    const other = setUp()
    other.apply(1, kind, 'k')
    other.apply(2, 'put', 'k')
    expect(await other.watch.stoodUntil(at(2), null)).toBe(false)
  }
})

it('has lost sight when records were trimmed away or the generation ended', async () => {
  const trimmed = setUp()
  trimmed.watches.reached(GENERATION, 5, false)
  expect(await trimmed.watch.stoodUntil(at(5), at(0))).toBe(false)
  const ended = setUp()
  const stood = ended.watch.stoodUntil(at(5), at(0))
  ended.watches.reached('0000000000000002', 0, true)
  expect(await stood).toBe(false)
  expect(await setUp().watch.stoodUntil(at(1, '0000000000000002'), at(0))).toBe(false)
})

it('hears nothing any more once it was stopped', async () => {
  const { watch, apply } = setUp()
  const stood = watch.stoodUntil(at(1), at(0))
  watch.stop()
  apply(1, 'put', 'k')
  expect(await now(stood)).toBe('open')
})

it.each<[string, LogCommand]>([
  ['its tag', { kind: 'tags', tags: ['t'], reach: '*' }],
  ['a pattern', { kind: 'patterns', patterns: ['k*'], reach: '*' }],
  ['its namespace', { kind: 'namespaces', namespaces: ['default'] }],
])('sees that %s was invalidated meanwhile', async (_what, command) => {
  const { watches, watch } = setUp()
  const stood = watch.stoodUntil(at(2), at(0))
  watches.applied({ epoch: 1, commands: [command] })
  watches.reached(GENERATION, 2, true)
  expect(await stood).toBe(false)
})

it('is not disturbed by tags that the value does not carry', async () => {
  const { watches, watch } = setUp()
  const stood = watch.stoodUntil(at(2), at(0))
  watches.applied({ epoch: 1, commands: [{ kind: 'tags', tags: ['other'], reach: '*' }] })
  watches.reached(GENERATION, 2, true)
  expect(await stood).toBe(true)
})
