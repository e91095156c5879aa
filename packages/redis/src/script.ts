import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Redis } from 'ioredis'

/** Each named in full: bundlers follow `new URL('literal', import.meta.url)` and nothing more clever. */
const files = {
  append: new URL('./lua/append.lua', import.meta.url),
  fill: new URL('./lua/fill.lua', import.meta.url),
  generation: new URL('./lua/generation.lua', import.meta.url),
  poll: new URL('./lua/poll.lua', import.meta.url),
  remove: new URL('./lua/remove.lua', import.meta.url),
}

/** Reads scripts that stand beside this file (or beside the bundle, where the build puts them) and joins them. */
export function loadScript(...names: (keyof typeof files)[]): string {
  return names.map((name) => readFileSync(files[name], 'utf8')).join('\n')
}

export type ScriptRunner = (keys: readonly string[], args: readonly (string | number | Buffer)[]) => Promise<unknown>

/** EVALSHA, and EVAL once when Redis does not know the script (a restart, SCRIPT FLUSH). */
export function scriptRunner(redis: Redis, source: string): ScriptRunner {
  const sha = createHash('sha1').update(source).digest('hex')
  return async (keys, args) => {
    try {
      return await redis.evalsha(sha, keys.length, ...keys, ...args)
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error
      return redis.eval(source, keys.length, ...keys, ...args)
    }
  }
}
