import type { Stream } from './load.ts'

const HOT_KEYS = 20
const FEW_KEYS = 4

const around = (namespace: string, keys: number) => (turn: number) => ({ key: `${namespace}:${turn % keys}` })

/** Reads of every namespace; hot keys more often. All but `strict` come back to the same few keys. */
export const READS: readonly Stream[] = [
  { next: around('hot', HOT_KEYS), pauseMs: 4 },
  { next: around('hot', HOT_KEYS), pauseMs: 4 },
  ...['written', 'absent', 'bypass', 'refuse', 'brief', 'rolling', 'strict'].map((namespace) => ({
    next: around(namespace, FEW_KEYS),
    pauseMs: 20,
  })),
]

/** Values that somebody wrote, and that nobody changes while a test runs. */
export const WRITTEN_KEYS = Array.from({ length: FEW_KEYS }, (_, i) => `written:${i}`)

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
