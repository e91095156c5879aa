import { randomBytes } from 'node:crypto'
import { AppError } from '@freshet/core/errors/app-error'
import { redisKeys } from '@freshet/core/keys/redis-keys'
import type { Redis } from 'ioredis'
import type { RedisClient } from '../connection.ts'
import { bufferScriptRunner, loadScript, type ScriptArg, type ScriptName, scriptRunner } from '../script.ts'
import { type Replicated, replicatedScript } from './replicated-script.ts'

const LOG_KEYS = [redisKeys.logMeta, redisKeys.logStream, redisKeys.logProgress]

export type LogScript = (...args: ScriptArg[]) => Promise<unknown>

/**
 * A script that touches the log, with the check for a new generation before it (generation.lua). Rejects with AppError
 * `log_unavailable` when Redis cannot be asked or does not answer.
 */
export function logScript(redis: RedisClient, ...names: ScriptName[]): LogScript {
  const run = scriptRunner(redis, loadScript('generation', ...names))
  return (...args) => run(LOG_KEYS, [newNonce(), ...args]).catch(logUnavailable)
}

export type ReplicatedLogScript = (
  wait: { replicas: number; withinMs: number },
  ...args: ScriptArg[]
) => Promise<Replicated>

/** The same with a word on how many replicas have what it wrote. */
export function replicatedLogScript(redis: Redis, name: ScriptName): ReplicatedLogScript {
  const run = replicatedScript(redis, loadScript('generation', name))
  return (wait, ...args) => run(LOG_KEYS, [newNonce(), ...args], wait).catch(logUnavailable)
}

/** The same for those that need the snapshot too; texts in the answer are Buffers. */
export function snapshotScript(redis: RedisClient, name: ScriptName): LogScript {
  const run = bufferScriptRunner(redis, loadScript('generation', name))
  return (...args) => run([...LOG_KEYS, redisKeys.logSnapshot], [newNonce(), ...args]).catch(logUnavailable)
}

/** What is said when the log did not answer. An append may have happened all the same: a repeat does no harm. */
export function logUnavailable(cause: unknown): never {
  throw new AppError(
    'log_unavailable',
    'The invalidation log could not be reached; nothing was promised, try again',
    { retryAfterMs: 1_000 },
    { cause },
  )
}

/** The name of the generation that begins if one must: 64 random bits, so that two never share it. */
function newNonce(): string {
  return randomBytes(8).toString('hex')
}
