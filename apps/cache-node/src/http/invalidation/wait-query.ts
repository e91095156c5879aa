import { Wait } from '@freshet/core/invalidation/invalidation'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { parseInput } from '../parse-input.ts'

/** Longest that an answer is held back for nodes to apply a change, milliseconds. */
const MAX_WAIT_MS = 30_000
const DEFAULT_WAIT_MS = 5_000

const waitMs = z.coerce.number().int().min(1).max(MAX_WAIT_MS).default(DEFAULT_WAIT_MS)

/** `?waitMs=`: how long an answer may be held back; then it is 202 and the wait goes on without the caller. */
export const WaitLimitQuery = z.object({ waitMs })

/** `?wait=` and `?waitMs=` of a route on one key. */
export const WaitQuery = WaitLimitQuery.extend({ wait: Wait.optional() })

export interface WaitWish {
  wait: Wait
  limitMs: number
}

/** What a caller wants to wait for; `fallback` when it does not say. Throws `invalid`. */
export function readWait(request: FastifyRequest, fallback: Wait): WaitWish {
  // Most writes carry no query, and need not pay for one.
  if (request.raw.url?.includes('?') !== true) return { wait: fallback, limitMs: DEFAULT_WAIT_MS }
  const { wait = fallback, waitMs: limitMs } = parseInput(WaitQuery, request.query, 'query')
  return { wait, limitMs }
}
