import { setTimeout as sleep } from 'node:timers/promises'
import { formatVersion } from '@freshet/core/coherence/version'
import { ChangesReply } from '@freshet/core/contracts/changes'
import type { Reply } from '../transport/reply.ts'
import { NEAR_LEASE_MS } from './followed-log.ts'
import type { NearCache } from './near-cache.ts'

/** How long a node may hold an answer back. It polls the log twice a second, and answers then. */
const HOLD_MS = 600
/** When a node has not answered by then, another is asked: the lease is over by that time, and no longer. */
const GIVE_UP_MS = 1_000
/** Under a rain of invalidations one question brings many; the first after a quiet moment is not held up. */
const SPACING_MS = 20
const BACKOFF_MS = 200
const MOST_BACKOFF_MS = 3_000
/** Whoever asks nothing of the cache for so long need not follow the log, and its process may end. */
const IDLE_MS = 5_000

export interface ChangesPollerDeps {
  near: NearCache
  /** Sends one question to one node. */
  ask: (url: string, path: string, timeoutMs: number, signal: AbortSignal) => Promise<Reply>
  /** Nodes to follow the log through. */
  nodes: () => readonly string[]
  onError: (error: unknown) => void
}

/** Follows the log through one node, and through another when that does not answer; only while the near cache is used. */
export class ChangesPoller {
  private readonly deps: ChangesPollerDeps
  private readonly stopping = new AbortController()
  private isRunning = false
  private node: string | null = null

  constructor(deps: ChangesPollerDeps) {
    this.deps = deps
  }

  /** To be called with each use; costs nothing while it runs. */
  wake(): void {
    if (this.isRunning || this.stopping.signal.aborted) return
    this.isRunning = true
    void this.run().finally(() => {
      this.isRunning = false
    })
  }

  stop(): void {
    this.stopping.abort()
  }

  private async run(): Promise<void> {
    const { near, onError } = this.deps
    const { signal } = this.stopping
    let failures = 0
    while (!signal.aborted && near.now().monotonicMs - near.lastUsedMs < IDLE_MS) {
      try {
        const hadNews = await this.pollOnce(signal)
        failures = 0
        if (hadNews) await pauseFor(SPACING_MS, signal)
      } catch (error) {
        if (signal.aborted) return
        this.node = null
        onError(error)
        await pauseFor(Math.min(MOST_BACKOFF_MS, BACKOFF_MS * 2 ** failures++), signal)
      }
    }
  }

  private async pollOnce(signal: AbortSignal): Promise<boolean> {
    const { near, ask, nodes } = this.deps
    this.node ??= nodes()[0] ?? null
    if (this.node === null) return true
    const after = near.position
    const query = after === null ? '' : `?after=${formatVersion(after)}&waitMs=${HOLD_MS}`
    const sentAt = near.now()
    const { body } = await ask(this.node, `/api/changes${query}`, GIVE_UP_MS, signal)
    const reply = ChangesReply.safeParse(parse(body))
    if (!reply.success) {
      // It may have told of anything.
      near.reset()
      throw new Error(`${this.node} tells of changes that this client does not understand`, { cause: reply.error })
    }
    near.apply(reply.data, after, sentAt)
    // It answers and is of no use: it has lost sight of the log, and while one follows it nothing near is served.
    if (reply.data.ageMs === null || reply.data.ageMs - reply.data.heldMs > NEAR_LEASE_MS) this.node = null
    return after === null || reply.data.applied !== after.epoch || reply.data.heldMs < SPACING_MS
  }
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString())
  } catch {
    return null
  }
}

async function pauseFor(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {})
}
