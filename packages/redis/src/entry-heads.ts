import type { Entry } from '@freshet/core/entries/entry'
import { decodeHead, HEAD_LENGTH_END, headLengthOf } from '@freshet/core/entries/entry-codec'
import { redisKeys } from '@freshet/core/keys/redis-keys'
import type { RedisClient } from './connection.ts'
import { corkedPerTurn } from './corked-per-turn.ts'

/** An entry of L2 as far as its head tells. */
export interface EntryHead {
  key: string
  /** Without a body. */
  entry: Entry
  /** Bytes of the value before compression. */
  bodyBytes: number
  /** The record's bytes before its body, as they lie in Redis. */
  head: Buffer
}

/** Enough for the head of nearly every record; longer ones (many tags) are fetched again. */
const HEAD_BYTES = 512

/** Reads heads of records and not their bodies. Keys that vanished or cannot be read are left out. */
export function headReader(redis: RedisClient): (keys: readonly string[]) => Promise<EntryHead[]> {
  const cork = corkedPerTurn(redis)

  async function readHead(key: string): Promise<EntryHead[]> {
    const name = redisKeys.entry(key)
    cork()
    let bytes = await redis.getrangeBuffer(name, 0, HEAD_BYTES - 1)
    if (bytes.length >= HEAD_LENGTH_END && headLengthOf(bytes) > bytes.length) {
      cork()
      bytes = await redis.getrangeBuffer(name, 0, headLengthOf(bytes) - 1)
    }
    const read = decodeHead(bytes)
    if (read === null) return []
    return [{ key, entry: read.entry, bodyBytes: read.bodyBytes, head: bytes.subarray(0, read.headBytes) }]
  }

  return async (keys) => (await Promise.all(keys.map(readHead))).flat()
}
