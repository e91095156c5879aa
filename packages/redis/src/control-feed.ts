import { ControlDocument } from '@freshet/core/contracts/control-document'
import { redisKeys } from '@freshet/core/keys/redis-keys'
import type { Redis } from 'ioredis'

export interface ControlFeedOptions {
  redis: Redis
  /** In subscriber mode, for the doorbell; may be shared with the log's. */
  doorbell: Redis
  pollMs: number
  onDocument: (document: ControlDocument) => void
  /** A document that cannot be read, or Redis away: the last good document stays in force. */
  onError: (error: unknown) => void
}

/**
 * Brings the control document to this process: at the doorbell, and by polling its revision, because a doorbell can be
 * lost. A change is here within `pollMs` plus a round trip.
 */
export class ControlFeed {
  private readonly options: ControlFeedOptions
  private timer: NodeJS.Timeout | null = null
  private revision: string | null = null
  private fetching: Promise<void> | null = null
  private again = false
  private answered = false

  constructor(options: ControlFeedOptions) {
    this.options = options
  }

  start(): void {
    const { redis, doorbell, pollMs } = this.options
    redis.on('ready', this.check)
    doorbell.on('ready', this.subscribe)
    doorbell.on('message', this.ring)
    if (doorbell.status === 'ready') this.subscribe()
    this.timer = setInterval(this.check, pollMs)
    if (redis.status === 'ready') this.check()
  }

  /** Whether Redis was asked with success at least once, be it that there is no document yet. */
  get known(): boolean {
    return this.answered
  }

  stop(): void {
    const { redis, doorbell } = this.options
    redis.off('ready', this.check)
    doorbell.off('ready', this.subscribe)
    doorbell.off('message', this.ring)
    if (this.timer !== null) clearInterval(this.timer)
  }

  private readonly subscribe = (): void => {
    this.options.doorbell.subscribe(redisKeys.controlDoorbell).catch(() => {})
  }

  private readonly ring = (channel: string): void => {
    if (channel === redisKeys.controlDoorbell) this.check()
  }

  private readonly check = (): void => {
    if (this.fetching !== null) {
      // The running fetch may have read the revision just before it changed.
      this.again = true
      return
    }
    this.fetching = this.fetch()
      .catch(this.options.onError)
      .finally(() => {
        this.fetching = null
        if (this.again) {
          this.again = false
          this.check()
        }
      })
  }

  private async fetch(): Promise<void> {
    const { redis, onDocument } = this.options
    const revision = await redis.get(redisKeys.controlRevision)
    const changed = revision !== null && revision !== this.revision
    // Both in one step: a publication between two reads would pair one revision's number with another's text.
    const [number, text] = changed ? await redis.mget(redisKeys.controlRevision, redisKeys.controlDocument) : []
    this.answered = true
    if (!number || !text) return
    const document = ControlDocument.parse(JSON.parse(text))
    this.revision = number
    onDocument(document)
  }
}
