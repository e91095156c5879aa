import { randomBytes } from 'node:crypto'
import { redisKeys } from '@freshet/core/keys/redis-keys'
import { z } from 'zod'
import type { RedisClient } from './connection.ts'
import { logUnavailable } from './log/log-script.ts'
import { loadScript, type ScriptRunner, scriptRunner } from './script.ts'

/**
 * What is known of an Idempotency-Key. `new`: it is the caller's to answer now, who gives the claim back with the answer
 * or without one. `in-progress`: somebody else is at it. `other-request`: the key was used for another request.
 */
export type Begun =
  | { state: 'new'; claim: string }
  | { state: 'in-progress' }
  | { state: 'other-request' }
  | { state: 'answered'; answer: string }

export interface IdempotencyOptions {
  /** How long an answer is kept, milliseconds. */
  keepMs: number
  /** How long a request may take to be answered, milliseconds: after it, whoever died with the claim no longer blocks. */
  holdMs: number
}

const Held = z.object({ request: z.string(), claim: z.string(), answer: z.string().optional() })

/** Answers to requests that may be sent again, by a digest of caller and Idempotency-Key. */
export class IdempotencyStore {
  private readonly options: IdempotencyOptions
  private readonly runTake: ScriptRunner
  private readonly runSwap: ScriptRunner
  private readonly runRelease: ScriptRunner

  constructor(redis: RedisClient, options: IdempotencyOptions) {
    this.options = options
    this.runTake = scriptRunner(redis, loadScript('take'))
    this.runSwap = scriptRunner(redis, loadScript('swap'))
    this.runRelease = scriptRunner(redis, loadScript('release'))
  }

  /** `request`: a digest of all that makes two requests the same. Rejects with `log_unavailable`, as do all methods. */
  async begin(digest: string, request: string): Promise<Begun> {
    const claim = JSON.stringify({ request, claim: randomBytes(16).toString('hex') })
    const names = [redisKeys.idempotency(digest)]
    const held = await this.runTake(names, [claim, this.options.holdMs]).catch(logUnavailable)
    if (held === null) return { state: 'new', claim }
    const known = Held.parse(JSON.parse(z.string().parse(held)))
    if (known.request !== request) return { state: 'other-request' }
    return known.answer === undefined ? { state: 'in-progress' } : { state: 'answered', answer: known.answer }
  }

  /** Keeps the answer for whoever asks again; false when the claim had run out and is somebody else's. */
  async finish(digest: string, claim: string, answer: string): Promise<boolean> {
    const finished = JSON.stringify({ ...Held.parse(JSON.parse(claim)), answer })
    const args = [claim, finished, this.options.keepMs]
    return (await this.runSwap([redisKeys.idempotency(digest)], args).catch(logUnavailable)) === 1
  }

  /** Gives the key back unanswered, so that the request may be sent again at once: it failed. */
  async release(digest: string, claim: string): Promise<void> {
    await this.runRelease([redisKeys.idempotency(digest)], [claim]).catch(logUnavailable)
  }
}
