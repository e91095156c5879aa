import type { Version } from '@freshet/core/coherence/version'
import { redisKeys } from '@freshet/core/keys/redis-keys'
import { z } from 'zod'
import type { RedisClient } from '../connection.ts'
import { loadScript, type ScriptRunner, scriptRunner } from '../script.ts'
import { type LogScript, logScript, logUnavailable } from './log-script.ts'
import { StoredRecords, type TimedRecord, toTimedRecord } from './read-reply.ts'

/** A generation whose records may not all be in the audit yet. */
export interface UnarchivedGeneration {
  generation: string
  /** Its newest epoch. */
  tail: number
  /** No record will follow. */
  ended: boolean
}

/** What one generation's log still holds after an epoch. */
export interface LogPage {
  generation: string
  after: number
  /** In order. An epoch that is missing among them, or between `after` and the first, was trimmed: it is lost. */
  records: readonly TimedRecord[]
  /** The epoch up to which the page speaks. Beyond its last record when the log went on and kept nothing of it. */
  upTo: number
}

const GenerationsReply = z.tuple([z.string(), z.number(), z.array(z.string())])
const EndedReply = z.tuple([z.number(), StoredRecords])
const CurrentReply = z.tuple([z.string(), z.number(), StoredRecords, z.string(), z.string()])
const ENDED = /^ended:(.+)$/
const ENDED_AT = /^(\d+):(\d+)$/

/**
 * The log as its archivist reads it: this generation's stream, and those of generations that ended before all of them
 * was in the audit.
 *
 * The position is the caller's, and lies in its database beside the rows that it wrote up to there: one transaction
 * moves both. So a page is neither lost nor counted twice whenever its reader is killed, there is nothing pending to be
 * claimed from the dead, and an audit that was restored from a backup asks again for what it lost. Redis is only told
 * how far it is, so that the log may be trimmed.
 */
export class LogArchive {
  private readonly runGenerations: LogScript
  private readonly runRead: LogScript
  private readonly runReadEnded: ScriptRunner
  private readonly runConfirm: ScriptRunner
  private readonly redis: RedisClient

  constructor(redis: RedisClient) {
    this.redis = redis
    this.runGenerations = logScript(redis, 'generations')
    this.runRead = logScript(redis, 'page', 'read')
    this.runReadEnded = scriptRunner(redis, loadScript('page', 'read-ended'))
    this.runConfirm = scriptRunner(redis, loadScript('confirm-archived'))
  }

  /** In the order in which they ended, the current one last. Rejects with `log_unavailable`, as do all methods here. */
  async generations(): Promise<UnarchivedGeneration[]> {
    const [generation, tail, fields] = GenerationsReply.parse(await this.runGenerations())
    const ended: (UnarchivedGeneration & { atSeconds: number })[] = []
    for (let i = 0; i < fields.length; i += 2) {
      const name = ENDED.exec(fields[i] ?? '')?.[1]
      const [, last, atSeconds] = ENDED_AT.exec(fields[i + 1] ?? '') ?? []
      if (name !== undefined && last !== undefined)
        ended.push({ generation: name, tail: Number(last), ended: true, atSeconds: Number(atSeconds) })
    }
    ended.sort((a, b) => a.atSeconds - b.atSeconds)
    return [
      ...ended.map(({ generation: name, tail: last }) => ({ generation: name, tail: last, ended: true })),
      { generation, tail, ended: false },
    ]
  }

  /** Null: this generation ended meanwhile and must be asked for as such, or is finished. At most `count` records. */
  async read({ generation, ended }: UnarchivedGeneration, after: number, count: number): Promise<LogPage | null> {
    const page = ended
      ? await this.readEnded(generation, after, count)
      : await this.readCurrent(generation, after, count)
    if (page === null) return null
    const records = page.stored.map(toTimedRecord)
    const last = records.at(-1)?.epoch ?? after
    // Fewer than asked for may be a page that was full by its size; only an empty one says that nothing is left.
    return { generation, after, records, upTo: records.length === 0 ? Math.max(after, page.tail) : last }
  }

  /**
   * To be told once the audit holds a generation up to an epoch. Says whether that finishes it: it is over and all of it
   * is there. Then its stream is deleted.
   */
  async confirm({ generation, epoch }: Version): Promise<boolean> {
    const keys = [redisKeys.logStreamOf(generation), redisKeys.logProgress]
    return (await this.runConfirm(keys, [generation, epoch]).catch(logUnavailable)) === 1
  }

  /** Whether the audit holds what was appended there. Known for the current and the last 32 generations, else false. */
  async isArchived({ generation, epoch }: Version): Promise<boolean> {
    const archived = await this.redis.hget(redisKeys.logProgress, `archived:${generation}`).catch(logUnavailable)
    return Number(archived ?? 0) >= epoch
  }

  private async readCurrent(generation: string, after: number, count: number) {
    const [current, tail, stored] = CurrentReply.parse(await this.runRead(generation, after, count))
    return current === generation ? { tail, stored } : null
  }

  private async readEnded(generation: string, after: number, count: number) {
    const keys = [redisKeys.logStreamOf(generation), redisKeys.logProgress]
    const reply = await this.runReadEnded(keys, [generation, after, count]).catch(logUnavailable)
    if (reply === null) return null
    const [tail, stored] = EndedReply.parse(reply)
    return { tail, stored }
  }
}
