import { type Answer, describeAnswer, isFresh } from '@freshet/testing/answer'
import { z } from 'zod'
import type { ReadCounts } from './tally.ts'

/** What one reply says of one key. */
export interface Reading {
  /** Which count it goes into. */
  kind: keyof ReadCounts
  /** The version that it holds; null: none. Versions begin at 1, so 0 stands for "there is no such key". */
  n: number | null
  /** The node vouches for it. */
  fresh: boolean
  text: string
}

export function readingOf(answer: Answer): Reading {
  const stretch = `${answer.sentMs.toFixed(1)} to ${answer.answeredMs.toFixed(1)}`
  const text = `${describeAnswer(answer)} "${answer.body.slice(0, 20)}" of version ${answer.version || 'none'}, ${stretch}`
  const n = answer.status === 200 ? Number(answer.body) : answer.code === 'absent_at_origin' ? 0 : null
  return { kind: kindOf(answer), n, fresh: isFresh(answer), text }
}

function kindOf(answer: Answer): keyof ReadCounts {
  if (isFresh(answer)) return answer.cacheStatus.hit ? 'hits' : 'loaded'
  if (answer.status === 200) return 'stale'
  if (answer.code === 'miss') return 'absent'
  return answer.status > 0 ? 'refused' : 'failed'
}

const BatchItem = z.object({
  key: z.string(),
  status: z.enum(['hit', 'stale', 'miss', 'absent', 'error']),
  value: z.string().optional(),
  reason: z.string().optional(),
  code: z.string().optional(),
})
const BatchReply = z.object({ items: z.array(BatchItem) })

/** What a batch's reply says of each of its keys, in their order. */
export function readingsOf(answer: Answer, keys: readonly string[]): Reading[] {
  const stretch = `${answer.sentMs.toFixed(1)} to ${answer.answeredMs.toFixed(1)}`
  if (answer.status !== 200) {
    const { text } = readingOf(answer)
    return keys.map(() => ({ kind: answer.status > 0 ? 'refused' : 'failed', n: null, fresh: false, text }))
  }
  return BatchReply.parse(JSON.parse(answer.body)).items.map(({ key, status, value, reason, code }) => {
    const text = `${answer.node} mget of ${keys.length}: ${key} → ${status} ${reason ?? code ?? ''} "${value ?? ''}", ${stretch}`
    if (status === 'hit') return { kind: 'batched', n: Number(value), fresh: true, text }
    if (status === 'stale') return { kind: 'stale', n: Number(value), fresh: false, text }
    if (status === 'absent') return { kind: 'batched', n: 0, fresh: reason === undefined, text }
    return { kind: status === 'miss' ? 'absent' : 'refused', n: null, fresh: false, text }
  })
}
