import type { AppendLog } from '../coherence/log.ts'
import type { LogCommand } from '../coherence/log-record.ts'
import { parseVersion, type Version } from '../coherence/version.ts'
import { AppError } from '../errors/app-error.ts'
import type { Acknowledgement, Acknowledger } from './acknowledger.ts'
import type { Matchers, Wait } from './invalidation.ts'
import { type Appended, makeFailedReceipt, makeReceipt } from './make-receipt.ts'
import type { Receipt } from './receipt.ts'
import type { ReceiptStore } from './receipt-store.ts'
import { type CommandContext, toCommands } from './to-commands.ts'

/** The node that was asked, where it has values of its own. */
export interface LocalEffect {
  /** Takes in what was appended on its behalf, at once and not with its next poll. */
  appended(commands: readonly LogCommand[], version: Version): void
}

export interface InvalidatorDeps {
  log: AppendLog
  acknowledger: Acknowledger
  /** Null where nothing is cached (the worker): there `wait: local` is no more than `none`. */
  local: LocalEffect | null
  receipts: ReceiptStore
  /** Redis's clock, epoch milliseconds. */
  nowMs: () => number
  /** Ends all waits, which then reject with its reason: for a process that stops. */
  signal: AbortSignal
  /** A receipt that could not be stored. The invalidation stands all the same. */
  onError: (error: unknown) => void
}

export interface InvalidateOptions extends CommandContext {
  wait: Wait
  /** How long the caller waits for the acknowledgement, milliseconds; then it goes on in the background. */
  limitMs?: number
}

export const WAIT_LIMIT_MS = 5_000
/** Long enough for a look at the members or two. */
const FIND_LIMIT_MS = 50
/** For receipts from which something is still to be learned. */
const KEEP_MS = 86_400_000
/** For receipts that the caller has in hand: they come as fast as invalidations do, and must not fill Redis. */
const KEEP_SETTLED_MS = 300_000

/** Ends what is cached: appends it to the log, waits as it was told to, and says who has applied it. */
export class Invalidator {
  private readonly deps: InvalidatorDeps
  /** Ids of invalidations that this process waits for in the background. */
  private readonly following = new Set<string>()

  constructor(deps: InvalidatorDeps) {
    this.deps = deps
  }

  /**
   * Resolves to the receipt: `acknowledged`, `local`, or `appended` where nobody waited or the limit came first (the stored
   * receipt then follows what happens). Rejects with AppError `log_unavailable` when the append failed, its fate is
   * unknown, or the log began a new generation before it was acknowledged: nothing is promised, the caller may repeat it
   * under the same id. Rejects with `invalid` when nothing is named.
   */
  async invalidate(matchers: Matchers, options: InvalidateOptions): Promise<Receipt> {
    const { log, acknowledger, local, nowMs } = this.deps
    const { wait, mode, cause, limitMs = WAIT_LIMIT_MS } = options
    const commands = toCommands(matchers, options)
    if (commands.length === 0) throw new AppError('invalid', 'Nothing is named that could be invalidated')
    // A failed append leaves no receipt: its store is the server that just failed, and a write that arrives late would
    // replace the receipt of the repeat.
    const version = await log.append(...commands)
    local?.appended(commands, version)
    const state = wait === 'local' && local !== null ? 'local' : 'appended'
    const appended: Appended = { id: cause.id, mode, version, state, acceptedAtMs: nowMs(), foundAfterMs: 0 }
    if (wait === 'all') return this.settle(appended, limitMs)
    return this.store(makeReceipt(appended, acknowledger.beforeAsking(version)), KEEP_SETTLED_MS)
  }

  /**
   * The receipt of an invalidation; null when there is none. One that is in the log and not acknowledged is waited for
   * from here on, so that it comes to its end even if the process that appended it is no more. Rejects with
   * `log_unavailable` when the store cannot be reached.
   */
  async find(id: string): Promise<Receipt | null> {
    const receipt = await this.deps.receipts.find(id)
    const version = receipt?.epoch ? parseVersion(receipt.epoch) : null
    if (receipt === null || version === null || this.following.has(id)) return receipt
    const { state, mode, acceptedAtMs } = receipt
    if (state !== 'appended' && state !== 'local') return receipt
    const foundAfterMs = Math.max(0, this.deps.nowMs() - acceptedAtMs)
    // How it ends, also if it fails, is in the store then.
    await this.settle({ id, mode, version, state, acceptedAtMs, foundAfterMs }, FIND_LIMIT_MS).catch(() => {})
    return this.deps.receipts.find(id)
  }

  private async settle(appended: Appended, limitMs: number): Promise<Receipt> {
    const { acknowledger, signal } = this.deps
    try {
      const acknowledgement = await acknowledger.acknowledge(appended.version, { limitMs, signal })
      const { rest } = acknowledgement
      const receipt = makeReceipt(appended, acknowledgement)
      if (rest === null) return await this.store(receipt, KEEP_SETTLED_MS)
      await this.store(receipt, KEEP_MS)
      void this.follow(appended, rest)
      return receipt
    } catch (error) {
      await this.storeEnd(appended)
      throw error
    }
  }

  private async follow(appended: Appended, rest: Promise<Acknowledgement>): Promise<void> {
    this.following.add(appended.id)
    try {
      await this.store(makeReceipt(appended, await rest), KEEP_MS)
    } catch {
      await this.storeEnd(appended)
    } finally {
      this.following.delete(appended.id)
    }
  }

  /** Nobody here waits any more. If that is because this process stops, another may wait in its place (`find`). */
  private async storeEnd(appended: Appended): Promise<void> {
    const progress = this.deps.acknowledger.beforeAsking(appended.version)
    const make = this.deps.signal.aborted ? makeReceipt : makeFailedReceipt
    await this.store(make(appended, progress), KEEP_MS)
  }

  private async store(receipt: Receipt, keepMs: number): Promise<Receipt> {
    await this.deps.receipts.save(receipt, keepMs).catch(this.deps.onError)
    return receipt
  }
}
