import { createHash } from 'node:crypto'
import type { Redis } from 'ioredis'
import { z } from 'zod'
import type { ScriptArg } from '../script.ts'

/** What a script answered, and how many replicas have what it wrote. */
export interface Replicated {
  answer: unknown
  replicas: number
}

export type ReplicatedScript = (
  keys: readonly string[],
  args: readonly ScriptArg[],
  wait: { replicas: number; withinMs: number },
) => Promise<Replicated>

const Waited = z.number().int().nonnegative()

/**
 * A script whose writes are waited for, in the same round trip: WAIT speaks of what its own connection has written, and has
 * no place in a script. It ends when enough replicas have it, or after `withinMs` (of which fewer come out).
 */
export function replicatedScript(redis: Redis, source: string): ReplicatedScript {
  const sha = createHash('sha1').update(source).digest('hex')
  return async (keys, args, { replicas, withinMs }) => {
    const run = async (command: 'evalsha' | 'eval', script: string): Promise<Replicated> => {
      const pipeline = redis.pipeline()
      pipeline[command](script, keys.length, ...keys, ...args).wait(replicas, withinMs)
      const [ran, waited] = (await pipeline.exec()) ?? []
      // What the script says first: a refusal (NOREPLICAS, READONLY) explains more than a wait that nothing came of.
      for (const result of [ran, waited]) if (result?.[0]) throw result[0]
      return { answer: ran?.[1], replicas: Waited.parse(waited?.[1]) }
    }
    try {
      return await run('evalsha', sha)
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error
      return run('eval', source)
    }
  }
}
