import type { Instant } from '@freshet/core/coherence/follower'
import { AppError } from '@freshet/core/errors/app-error'
import { encodeRecordHead, MISSED_HEADER, recordFields } from '../peers/answer-format.ts'
import { type Forwarded, parseForwarded } from '../peers/forwarded-header.ts'
import type { ForwardedReads } from '../peers/forwarded-reads.ts'
import type { Complain } from '../quietly.ts'
import type { LaneReply } from './lane/lane-handler.ts'
import { renderHead, renderProblem } from './lane-replies.ts'
import { complainOf } from './problem-reply.ts'

const FRESH_FROM_L1 = recordFields({ source: 'l1', stale: null, missed: null })

/** Reads that other nodes pass on, on the fast lane. Whoever calls has made sure that it is a node that asks. */
export class ForwardedLane {
  private readonly reads: ForwardedReads
  private readonly complain: Complain
  /** Positions change with the log and not with every request: what was parsed last is mostly what comes next. */
  private last: { text: string; forwarded: Forwarded | null } = { text: '', forwarded: null }

  constructor(reads: ForwardedReads, complain: Complain) {
    this.reads = reads
    this.complain = complain
  }

  /** Null: it takes more than a look at L1, or `load` will refuse. */
  hit(key: string, text: string, now: Instant, nowMs: number): LaneReply | null {
    const forwarded = this.parse(text)
    const entry = forwarded && this.reads.peek(key, forwarded, now, nowMs)
    if (entry === null) return null
    const prefix = encodeRecordHead(entry)
    const fields = { ...FRESH_FROM_L1, 'content-length': prefix.length + entry.body.length }
    return { head: `${renderHead(200, nowMs, fields)}\r\n`, prefix, body: entry.body }
  }

  /** Null: node:http words the refusal of a header that cannot be read. */
  load(key: string, text: string, requestId: string, nowMs: () => number): Promise<LaneReply> | null {
    const forwarded = this.parse(text)
    return forwarded && this.read(key, forwarded, requestId, nowMs)
  }

  private async read(key: string, forwarded: Forwarded, requestId: string, nowMs: () => number): Promise<LaneReply> {
    try {
      const result = await this.reads.read(key, forwarded)
      if (result.kind === 'miss') {
        const error = new AppError('miss', `The key is not in the cache (${result.reason})`)
        return closed(renderProblem(error, requestId, { [MISSED_HEADER]: result.reason }, nowMs()))
      }
      const prefix = encodeRecordHead(result.entry)
      const { body } = result.entry
      const fields = { ...recordFields(result), 'content-length': prefix.length + body.length }
      return { head: `${renderHead(200, nowMs(), fields)}\r\n`, prefix, body }
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      complainOf(error, requestId, this.complain)
      return closed(renderProblem(error, requestId, {}, nowMs()))
    }
  }

  private parse(text: string): Forwarded | null {
    if (text !== this.last.text) this.last = { text, forwarded: parseForwarded(text) }
    return this.last.forwarded
  }
}

function closed({ head, body }: { head: string; body: Buffer | null }): LaneReply {
  return { head: `${head}\r\n`, body }
}
