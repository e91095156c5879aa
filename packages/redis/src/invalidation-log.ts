import { randomBytes } from 'node:crypto'
import type { InvalidationLog, PollReply } from '@freshet/core/coherence/log'
import { decodeCommands, encodeCommands, type LogCommand } from '@freshet/core/coherence/log-record'
import type { Version } from '@freshet/core/coherence/version'
import { AppError } from '@freshet/core/errors/app-error'
import { redisKeys } from '@freshet/core/keys/redis-keys'
import type { Redis } from 'ioredis'
import { z } from 'zod'
import { AppendBatcher } from './append-batcher.ts'
import { loadScript, type ScriptRunner, scriptRunner } from './script.ts'

export interface RedisLogOptions {
  /** For appends. */
  append: Redis
  /** For polls alone: a poll must never wait behind other commands. */
  poll: Redis
  /** In subscriber mode, for the doorbell. */
  doorbell: Redis
  nodeId: string
  /** Random per process: a restarted node is another member. */
  incarnation: string
  /** Records kept before the log is trimmed. A node that was away for longer drops everything it has (rule gap). */
  maxRecords: number
  /** Records read by one poll. */
  pageSize: number
}

const AppendReply = z.tuple([z.string(), z.number()])
const PollRecords = z.array(z.tuple([z.string(), z.array(z.string())]))
const PollTuple = z.tuple([z.string(), z.number(), PollRecords, z.string(), z.string()])

/** The invalidation log over one Redis Stream (protocol, "Scripts"). */
export class RedisInvalidationLog implements InvalidationLog {
  private readonly options: RedisLogOptions
  private readonly batcher: AppendBatcher
  private readonly runAppend: ScriptRunner
  private readonly runPoll: ScriptRunner
  private readonly member: string

  constructor(options: RedisLogOptions) {
    this.options = options
    this.member = `${options.nodeId}:${options.incarnation}`
    this.runAppend = scriptRunner(options.append, loadScript('generation', 'append'))
    this.runPoll = scriptRunner(options.poll, loadScript('generation', 'poll'))
    this.batcher = new AppendBatcher((commands) => this.send(commands))
  }

  append(command: LogCommand): Promise<Version> {
    return this.batcher.append(command)
  }

  async poll(generation: string | null, applied: number): Promise<PollReply> {
    const reply = await this.runPoll(LOG_KEYS, [
      newNonce(),
      this.member,
      generation ?? '',
      applied,
      this.options.pageSize,
    ])
    const [gen, tail, records, seconds, micros] = PollTuple.parse(reply)
    return {
      generation: gen,
      tail,
      records: records.map(([id, fields]) => ({
        epoch: Number(id.split('-', 1)[0]),
        commands: decodeCommands(fields[1] ?? ''),
      })),
      serverTimeMs: Number(seconds) * 1_000 + Number(micros) / 1_000,
    }
  }

  onDoorbell(ring: () => void): () => void {
    const { doorbell, poll } = this.options
    const subscribe = () => {
      // A subscription that fails is made again on the next connection; meanwhile polls go on by the timer.
      doorbell.subscribe(redisKeys.logStream).catch(() => {})
    }
    doorbell.on('ready', subscribe)
    doorbell.on('message', ring)
    // Redis is back: the lease should not wait for the timer.
    poll.on('ready', ring)
    if (doorbell.status === 'ready') subscribe()
    return () => {
      doorbell.off('ready', subscribe)
      doorbell.off('message', ring)
      poll.off('ready', ring)
    }
  }

  async leave(): Promise<void> {
    await this.options.append.hdel(redisKeys.logMeta, `m:${this.member}`)
  }

  private async send(commands: LogCommand[]): Promise<Version> {
    try {
      const reply = await this.runAppend(LOG_KEYS, [newNonce(), encodeCommands(commands), this.options.maxRecords])
      const [generation, epoch] = AppendReply.parse(reply)
      return { generation, epoch }
    } catch (cause) {
      // It may have been appended all the same. Nothing was promised; a repeat of an invalidation does no harm.
      throw new AppError(
        'log_unavailable',
        'The invalidation log could not be reached; nothing was promised, try again',
        { retryAfterMs: 1_000 },
        { cause },
      )
    }
  }
}

const LOG_KEYS = [redisKeys.logMeta, redisKeys.logStream]

/** The name of the generation that begins if one must: 64 random bits, so that two never share it. */
function newNonce(): string {
  return randomBytes(8).toString('hex')
}
