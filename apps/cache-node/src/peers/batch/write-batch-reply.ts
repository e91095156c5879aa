import { AppError } from '@freshet/core/errors/app-error'
import { toProblem } from '@freshet/core/errors/problem'
import type { ReadResult } from '@freshet/core/tiers/read-result'
import { encodeRecordHead, MISS_REASONS, SOURCES, STALE_CAUSES } from '../answer-format.ts'
import { ANSWER, ANSWER_HEAD_BYTES } from './batch-layout.ts'

const NOTHING: readonly Buffer[] = []

/**
 * One answer per result. Values beyond `maxBytes` are left for a further request, but never the first: whoever asks again
 * must come to an end.
 */
export function writeBatchReply(results: readonly (ReadResult | AppError)[], maxBytes: number): Buffer {
  const parts: Buffer[] = []
  let valueBytes = 0
  for (const result of results) {
    if (result instanceof AppError) {
      parts.push(...answer(ANSWER.problem, 0, 0, 0, [Buffer.from(JSON.stringify(toProblem(result)))]))
    } else if (result.kind === 'miss') {
      parts.push(...answer(ANSWER.miss, 0, 0, 1 + MISS_REASONS.indexOf(result.reason), NOTHING))
    } else {
      const { entry, source, stale, missed } = result
      if (valueBytes > 0 && valueBytes + entry.body.length > maxBytes) {
        parts.push(...answer(ANSWER.later, 0, 0, 0, NOTHING))
        continue
      }
      valueBytes += entry.body.length
      const reasons = [
        SOURCES.indexOf(source),
        stale === null ? 0 : 1 + STALE_CAUSES.indexOf(stale),
        missed === null ? 0 : 1 + MISS_REASONS.indexOf(missed),
      ] as const
      parts.push(...answer(ANSWER.record, ...reasons, [encodeRecordHead(entry), entry.body]))
    }
  }
  return Buffer.concat(parts)
}

function answer(status: number, source: number, stale: number, missed: number, body: readonly Buffer[]): Buffer[] {
  const head = Buffer.allocUnsafe(ANSWER_HEAD_BYTES)
  head.set([status, source, stale, missed])
  head.writeUInt32BE(
    body.reduce((sum, { length }) => sum + length, 0),
    4,
  )
  return [head, ...body]
}
