import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { RedisClient } from './connection.ts'

/**
 * Beside this file, or beside the bundle, where the build puts it. Not `new URL('./lua', import.meta.url)`: bundlers for
 * the web take that for an asset of a page and put an address in its place that no file system knows.
 */
const FOLDER = path.join(path.dirname(fileURLToPath(import.meta.url)), 'lua')

export type ScriptName =
  | 'announce-node'
  | 'append'
  | 'change-seen'
  | 'confirm-archived'
  | 'fill'
  | 'generation'
  | 'generations'
  | 'inspect-control'
  | 'list-nodes'
  | 'members'
  | 'nodes'
  | 'page'
  | 'poll'
  | 'publish-control'
  | 'read'
  | 'read-ended'
  | 'read-nodes'
  | 'read-snapshot'
  | 'reap'
  | 'release'
  | 'remove'
  | 'swap'
  | 'take'
  | 'trim'
  | 'withdraw-node'
  | 'write-snapshot'

/** Reads scripts and joins them. */
export function loadScript(...names: ScriptName[]): string {
  return names.map((name) => readFileSync(path.join(FOLDER, `${name}.lua`), 'utf8')).join('\n')
}

export type ScriptArg = string | number | Buffer
export type ScriptRunner = (keys: readonly string[], args: readonly ScriptArg[]) => Promise<unknown>

/** EVALSHA, and EVAL once when Redis does not know the script (a restart, SCRIPT FLUSH). */
export function scriptRunner(redis: RedisClient, source: string): ScriptRunner {
  return runner(
    source,
    (sha, rest) => redis.evalsha(sha, ...rest),
    (rest) => redis.eval(source, ...rest),
  )
}

/** The same for scripts that answer with bytes: texts in the answer are Buffers. */
export function bufferScriptRunner(redis: RedisClient, source: string): ScriptRunner {
  return runner(
    source,
    (sha, rest) => redis.callBuffer('EVALSHA', sha, ...rest),
    (rest) => redis.callBuffer('EVAL', source, ...rest),
  )
}

type Rest = [keyCount: number, ...ScriptArg[]]

function runner(
  source: string,
  evalsha: (sha: string, rest: Rest) => Promise<unknown>,
  evaluate: (rest: Rest) => Promise<unknown>,
): ScriptRunner {
  const sha = createHash('sha1').update(source).digest('hex')
  return async (keys, args) => {
    const rest: Rest = [keys.length, ...keys, ...args]
    try {
      return await evalsha(sha, rest)
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error
      return evaluate(rest)
    }
  }
}
