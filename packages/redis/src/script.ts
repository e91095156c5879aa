import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Redis } from 'ioredis'

/**
 * Beside this file, or beside the bundle, where the build puts it. Not `new URL('./lua', import.meta.url)`: bundlers for
 * the web take that for an asset of a page and put an address in its place that no file system knows.
 */
const FOLDER = path.join(path.dirname(fileURLToPath(import.meta.url)), 'lua')

export type ScriptName = 'append' | 'fill' | 'generation' | 'inspect-control' | 'poll' | 'publish-control' | 'remove'

/** Reads scripts and joins them. */
export function loadScript(...names: ScriptName[]): string {
  return names.map((name) => readFileSync(path.join(FOLDER, `${name}.lua`), 'utf8')).join('\n')
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
