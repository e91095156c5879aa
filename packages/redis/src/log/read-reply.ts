import type { PollReply } from '@freshet/core/coherence/log'
import { decodeCommands, type LogRecord } from '@freshet/core/coherence/log-record'
import { z } from 'zod'

/** A record with the moment of its append, for the audit. */
export interface TimedRecord extends LogRecord {
  /** Epoch milliseconds on Redis's clock; absent when the record does not say. */
  atMs?: number
}

const Stored = z.tuple([z.string(), z.array(z.string())])
export const StoredRecords = z.array(Stored)
const ReadReply = z.tuple([z.string(), z.number(), StoredRecords, z.string(), z.string()])

/** What poll.lua and read.lua answer. */
export function parseReadReply(reply: unknown): PollReply {
  const [generation, tail, records, seconds, micros] = ReadReply.parse(reply)
  return {
    generation,
    tail,
    records: records.map(toRecord),
    serverTimeMs: Number(seconds) * 1_000 + Number(micros) / 1_000,
  }
}

/** A record off the stream: its id is `<epoch>-<when>`, its one field the payload. */
export function toRecord([id, fields]: z.infer<typeof Stored>): LogRecord {
  return { epoch: Number(id.split('-', 1)[0]), commands: decodeCommands(fields[1] ?? '') }
}

export function toTimedRecord(stored: z.infer<typeof Stored>): TimedRecord {
  const atMs = Number(stored[0].split('-')[1])
  return { ...toRecord(stored), ...(atMs > 0 && { atMs }) }
}
