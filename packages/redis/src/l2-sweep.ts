import type { SweepAction } from '@freshet/core/coherence/sweep-action'
import { encodeStamp, STAMP_OFFSET } from '@freshet/core/entries/entry-codec'
import { redisKeys } from '@freshet/core/keys/redis-keys'
import type { Redis } from 'ioredis'
import { corkedPerTurn } from './connection.ts'
import { type EntryHead, headReader } from './entry-heads.ts'
import { walkEntries } from './l2-walk.ts'
import { countKeys, type Masters } from './masters.ts'
import { loadScript, type ScriptRunner, scriptRunner } from './script.ts'
import { storeUnavailable } from './store-unavailable.ts'

/** What is to become of an entry, as long as it is the one that was read. */
export interface SweepDecision {
  held: SweptEntry
  action: SweepAction
}

export interface SweptEntry extends EntryHead {
  /** The server it was read from. */
  redis: Redis
}

interface Server {
  read: (keys: readonly string[]) => Promise<EntryHead[]>
  change: ScriptRunner
  cork: () => void
}

/** L2 for who looks through all of it. All methods reject with AppError `store_unavailable`. */
export class L2Sweep {
  private readonly masters: Masters
  private readonly step: number
  private readonly servers = new WeakMap<Redis, Server>()

  /** `step`: slots of Redis's table in one page; about as many entries. 500 take 2 ms of Redis's time, in small pieces. */
  constructor(masters: Masters, step: number) {
    this.masters = masters
    this.step = step
  }

  /** About how many entries there are: every key of their servers. */
  countEntries(): Promise<number> {
    return countKeys(this.masters()).catch(storeUnavailable)
  }

  /**
   * Entries in no order, without bodies, and the cursor for the next page (null: that was the last). An entry that is
   * there from the first page to the last is on at least one of them. Records of another format are left out: they are
   * for another release to judge.
   */
  async readPage(cursor: string | null): Promise<{ entries: SweptEntry[]; cursor: string | null }> {
    const { master, keys, cursor: next } = await walkEntries(this.masters, cursor, this.step).catch(storeUnavailable)
    const heads = await this.serverOf(master.redis).read(keys).catch(storeUnavailable)
    return { entries: heads.map((head) => ({ ...head, redis: master.redis })), cursor: next }
  }

  /** Does what was decided. Entries that changed since they were read are left alone. */
  async apply(decisions: readonly SweepDecision[]): Promise<void> {
    await Promise.all(decisions.map((decision) => this.applyOne(decision))).catch(storeUnavailable)
  }

  private async applyOne({ held, action }: SweepDecision): Promise<void> {
    if (action.act === 'keep') return
    const { change, cork } = this.serverOf(held.redis)
    const bytes = action.act === 'remove' ? '' : encodeStamp(action.stamp, action.freshUntilMs)
    cork()
    await change([redisKeys.entry(held.key)], [held.head, bytes, STAMP_OFFSET])
  }

  private serverOf(redis: Redis): Server {
    const known = this.servers.get(redis)
    if (known) return known
    const server = {
      read: headReader(redis),
      change: scriptRunner(redis, loadScript('change-seen')),
      cork: corkedPerTurn(redis),
    }
    this.servers.set(redis, server)
    return server
  }
}
