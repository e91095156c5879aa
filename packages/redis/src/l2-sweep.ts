import type { SweepAction } from '@freshet/core/coherence/sweep-action'
import { encodeStamp, STAMP_OFFSET } from '@freshet/core/entries/entry-codec'
import { redisKeys } from '@freshet/core/keys/redis-keys'
import type { RedisClient } from './connection.ts'
import { corkedPerTurn } from './corked-per-turn.ts'
import { type EntryHead, headReader } from './entry-heads.ts'
import { WalkCursor, walkEntries } from './l2-walk.ts'
import { countKeys, type Servers } from './masters.ts'
import { loadScript, type ScriptRunner, scriptRunner } from './script.ts'
import { serversOf } from './servers-of.ts'
import { storeUnavailable } from './store-unavailable.ts'

/** What is to become of an entry, as long as it is the one that was read. */
export interface SweepDecision {
  held: SweptEntry
  action: SweepAction
}

export type SweptEntry = EntryHead

/** L2 for who looks through all of it. All methods reject with AppError `store_unavailable`. */
export class L2Sweep {
  private readonly servers: Servers
  private readonly step: number
  private readonly read: (keys: readonly string[]) => Promise<EntryHead[]>
  private readonly change: ScriptRunner
  private readonly cork: () => void

  /** `step`: slots of Redis's table in one page; about as many entries. 500 take 2 ms of Redis's time, in small pieces. */
  constructor(redis: RedisClient, step: number) {
    this.servers = serversOf(redis)
    this.step = step
    this.read = headReader(redis)
    this.change = scriptRunner(redis, loadScript('change-seen'))
    this.cork = corkedPerTurn(redis)
  }

  /** About how many entries there are: every key of their servers. */
  countEntries(): Promise<number> {
    return this.servers.layout().then(countKeys).catch(storeUnavailable)
  }

  /**
   * Entries in no order, without bodies, and the cursor for the next page (null: that was the last). An entry that is
   * there from the first page to the last is on at least one of them. Records of another format are left out: they are
   * for another release to judge.
   */
  async readPage(cursor: string | null): Promise<{ entries: SweptEntry[]; cursor: string | null }> {
    const page = await walkEntries(this.servers, decode(cursor), { count: this.step }).catch(storeUnavailable)
    const entries = await this.read(page.keys).catch(storeUnavailable)
    return { entries, cursor: page.cursor && JSON.stringify(page.cursor) }
  }

  /** Does what was decided. Entries that changed since they were read are left alone. */
  async apply(decisions: readonly SweepDecision[]): Promise<void> {
    await Promise.all(decisions.map((decision) => this.applyOne(decision))).catch(storeUnavailable)
  }

  private async applyOne({ held, action }: SweepDecision): Promise<void> {
    if (action.act === 'keep') return
    const bytes = action.act === 'remove' ? '' : encodeStamp(action.stamp, action.freshUntilMs)
    this.cork()
    await this.change([redisKeys.entry(held.key)], [held.head, bytes, STAMP_OFFSET])
  }
}

/** Null, which is the beginning, for what is no cursor: another release may have left it in the queue. */
function decode(text: string | null): WalkCursor | null {
  if (text === null) return null
  try {
    return WalkCursor.safeParse(JSON.parse(text)).data ?? null
  } catch {
    return null
  }
}
