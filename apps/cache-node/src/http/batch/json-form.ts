import { isUtf8 } from 'node:buffer'
import { AppError } from '@freshet/core/errors/app-error'
import type { BatchForm } from './form.ts'
import { MAX_BATCH_KEYS, type ReadItem } from './items.ts'
import { type MgetReply, type MputReply, shownItem } from './replies.ts'

/** Batches as JSON: values as text, or in base64 when their octets are no UTF-8. */
export const jsonForm: BatchForm = {
  mediaType: 'application/json',
  aliases: [],
  readMget: parse,
  readMput: parse,
  writeMget: (items) => JSON.stringify({ items: items.map(readItem) } satisfies MgetReply),
  writeMput: (items) => JSON.stringify({ items: items.map(shownItem) } satisfies MputReply),
}

function readItem(item: ReadItem): MgetReply['items'][number] {
  if (item.status !== 'hit' && item.status !== 'stale') return shownItem(item)
  const { body, ...rest } = item
  const encoding = isUtf8(body) ? 'utf8' : 'base64'
  return { ...rest, encoding, value: body.toString(encoding) }
}

function parse(body: Buffer): unknown {
  // Decoding would replace what is no UTF-8: a key or a value would quietly become another one.
  if (!isUtf8(body)) throw new AppError('bad_request', 'The body is not UTF-8', { field: 'body' })
  return requireCount(parseText(body.toString('utf8')))
}

function parseText(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new AppError('bad_request', 'The body is not JSON', { field: 'body' })
  }
}

/** Counted before the members are looked at: ten million wrong keys would be ten million complaints. */
function requireCount(document: unknown): unknown {
  if (typeof document !== 'object' || document === null) return document
  for (const [field, list] of Object.entries(document))
    if (Array.isArray(list) && list.length > MAX_BATCH_KEYS)
      throw new AppError('invalid', `A batch has at most ${MAX_BATCH_KEYS} keys`, { field, limit: MAX_BATCH_KEYS })
  return document
}
