import { Redis } from 'ioredis'
import type { RedisClient } from './connection.ts'
import { corkedPerTurn } from './corked-per-turn.ts'

/** Keys of one MGET: a longer one would hold up everybody else's commands. */
export const MGET_KEYS = 128

interface Waiting {
  name: string
  resolve: (value: Buffer | null) => void
  reject: (error: unknown) => void
}

/**
 * Gives a GET whose calls of one turn of the event loop travel as one MGET. A busy node reads from L2 for many callers at
 * once, and a command costs ioredis and Redis more than a key does: 0.81 of a server without Redis, against 0.69 for a
 * GET each in a shared write. A GET that is alone in its turn is a GET, and waits no longer.
 *
 * On a Cluster, where one MGET must stay within one slot, it is a GET each, in one write to each master.
 */
export function getsPerTurn(redis: RedisClient): (name: string) => Promise<Buffer | null> {
  if (redis instanceof Redis) return oneMgetPerTurn(redis)
  const cork = corkedPerTurn(redis)
  return (name) => {
    cork()
    return redis.getBuffer(name)
  }
}

function oneMgetPerTurn(redis: Redis): (name: string) => Promise<Buffer | null> {
  let waiting: Waiting[] = []

  function send(): void {
    const batch = waiting
    waiting = []
    const [only] = batch
    if (only === undefined) return
    if (batch.length === 1) {
      redis.getBuffer(only.name).then(only.resolve, only.reject)
      return
    }
    redis.mgetBuffer(batch.map(({ name }) => name)).then(
      (values) => {
        for (const [i, { resolve }] of batch.entries()) resolve(values[i] ?? null)
      },
      (error) => {
        for (const { reject } of batch) reject(error)
      },
    )
  }

  return (name) =>
    new Promise((resolve, reject) => {
      const count = waiting.push({ name, resolve, reject })
      if (count === MGET_KEYS) send()
      else if (count === 1) setImmediate(send)
    })
}
