import { AppError } from '@freshet/core/errors/app-error'
import type { ReadResult } from '@freshet/core/tiers/read-result'
import { ByteReader } from '../../http/batch/byte-reader.ts'
import { MISS_REASONS, SOURCES, STALE_CAUSES } from '../answer-format.ts'
import type { PeerResponse } from '../peer-exchange.ts'
import { readProblem, readRecord } from '../read-answer.ts'
import { unavailable } from '../unavailable.ts'
import { ANSWER, BATCH_MEDIA_TYPE } from './batch-layout.ts'

/**
 * The answers to `keys`; a key that is left out did not fit into this reply. Throws `peer_unavailable` when the node
 * refused or its reply cannot be read.
 */
export function readBatchReply(
  keys: readonly string[],
  { status, headers, body }: PeerResponse,
): Map<string, ReadResult | AppError> {
  if (status !== 200 || headers['content-type'] !== BATCH_MEDIA_TYPE) {
    const error = readProblem(body)
    throw error.code === 'peer_unavailable' ? error : unavailable('refused', `The node said ${error.code}`)
  }
  const answers = new Map<string, ReadResult | AppError>()
  try {
    const reader = new ByteReader(body)
    for (const key of keys) {
      const answer = readOne(reader)
      if (answer !== null) answers.set(key, answer)
    }
    reader.requireEnd()
  } catch (error) {
    throw unavailable('unreadable', 'The node sent no batch that can be read', error)
  }
  return answers
}

function readOne(reader: ByteReader): ReadResult | AppError | null {
  const [status, source, stale, missed] = [reader.u8(), reader.u8(), reader.u8(), reader.u8()]
  const length = reader.u32()
  const reason = missed === 0 ? null : MISS_REASONS[missed - 1]
  if (status === ANSWER.record) {
    const how = { source: SOURCES[source], stale: stale === 0 ? null : STALE_CAUSES[stale - 1], missed: reason }
    // A copy, since a value that is kept would keep the whole reply in memory.
    return readRecord(reader.copy(length), how)
  }
  if (status === ANSWER.problem) return readProblem(reader.view(length))
  if (status === ANSWER.later) return null
  if (status !== ANSWER.miss || reason === null || reason === undefined)
    throw new AppError('bad_request', `There is no answer ${status}`)
  return { kind: 'miss', reason }
}
