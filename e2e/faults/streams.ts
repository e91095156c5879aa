import type { Stream } from './load.ts'

const FEW_KEYS = 4

const keysOf = (namespace: string, count = FEW_KEYS) => Array.from({ length: count }, (_, i) => `${namespace}:${i}`)

const HOT_KEYS = keysOf('hot', 20)
/** Values that somebody wrote, and that nobody changes while a test runs. */
export const WRITTEN_KEYS = keysOf('written')
const OTHER_KEYS = ['absent', 'bypass', 'refuse', 'brief', 'rolling', 'strict'].map((namespace) => keysOf(namespace))
/** All that is read. */
export const READ_KEYS = [HOT_KEYS, WRITTEN_KEYS, ...OTHER_KEYS].flat()

const inTurn = (keys: readonly string[], pauseMs: number): Stream => ({
  next: (turn) => ({ key: keys[turn % keys.length] ?? '' }),
  pauseMs,
})

/** Reads of every namespace; hot keys more often. */
export const READS: readonly Stream[] = [
  inTurn(HOT_KEYS, 4),
  inTurn(HOT_KEYS, 4),
  ...[WRITTEN_KEYS, ...OTHER_KEYS].map((keys) => inTurn(keys, 20)),
]

/** Writes and deletes of keys that nobody reads. */
export const WRITES: readonly Stream[] = [
  {
    next: (turn) => {
      const key = `changed:${Math.floor(turn / 2) % FEW_KEYS}`
      return turn % 2 === 0 ? { method: 'PUT', key, body: `turn ${turn}` } : { method: 'DELETE', key }
    },
    pauseMs: 50,
  },
]
