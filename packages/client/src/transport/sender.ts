import { FreshetError } from '../errors/freshet-error.ts'
import { errorOf } from '../errors/read-problem.ts'
import type { NodeBreakers } from '../routing/node-breakers.ts'
import { AttemptFailure, attempt } from './attempt.ts'
import { backoffMs, pause } from './backoff.ts'
import type { Ask, Reply } from './reply.ts'
import type { RetryBudget } from './retry-budget.ts'
import { afterError, afterFailure, isNodesFault, type Verdict } from './verdict.ts'

export interface SenderDeps {
  fetch: typeof globalThis.fetch
  /** Sent with every request: the credential, the trace. */
  headers: () => Promise<Record<string, string>>
  breakers: NodeBreakers
  budget: RetryBudget
  /** Repeats of one call that cost something. */
  maxRepeats: number
  onNodeFailure: () => void
  nowMs: () => number
  random: () => number
}

/** Any answer, or the error that stands for it. */
type Outcome = { reply: Reply } | { error: FreshetError; verdict: Verdict }

/** Gets an ask answered, by one of several nodes. */
export class Sender {
  private readonly deps: SenderDeps

  constructor(deps: SenderDeps) {
    this.deps = deps
  }

  /**
   * @param urls whom to ask, in order; each is passed over while its breaker is open.
   * @param attemptMs how long one node may take.
   * @throws FreshetError of the last answer, or `unreachable`; the signal's reason, when it aborts first.
   */
  async send(ask: Ask, urls: readonly string[], attemptMs: number, signal: AbortSignal): Promise<Reply> {
    const { budget, maxRepeats, random } = this.deps
    budget.noteCall()
    const headers = { ...(await this.deps.headers()), ...ask.headers }
    const tried = new Set<string>()
    let repeats = 0
    let last: FreshetError | null = null
    for (;;) {
      const open = this.pick(urls, tried)
      if (open === null) throw last ?? new FreshetError('unreachable', 'No node can be asked right now')
      tried.add(open.url)
      const outcome = await this.ask(open, { ...ask, headers }, attemptMs, signal)
      if ('reply' in outcome) return outcome.reply
      const { error, verdict } = outcome
      last = error
      if (verdict.do === 'give-up') throw error
      if (verdict.do === 'elsewhere' && urls.some((url) => !tried.has(url))) continue
      if (repeats === maxRepeats || !budget.take()) throw error
      await pause(backoffMs(repeats++, verdict.do === 'again' ? verdict.afterMs : 0, random), signal)
      // Once around: whoever failed last is asked last.
      tried.clear()
      if (urls.length > 1) tried.add(open.url)
    }
  }

  private pick(urls: readonly string[], tried: ReadonlySet<string>): Picked | null {
    const untried = urls.filter((url) => !tried.has(url))
    for (const url of [...untried, ...urls.filter((url) => tried.has(url))]) {
      const settle = this.deps.breakers.of(url).enter(this.deps.nowMs())
      if (settle !== null) return { url, settle }
    }
    return null
  }

  private async ask({ url, settle }: Picked, ask: Ask, attemptMs: number, signal: AbortSignal): Promise<Outcome> {
    const { fetch, nowMs, onNodeFailure } = this.deps
    try {
      const reply = await attempt(fetch, url, ask, attemptMs, signal)
      if ((reply.status >= 200 && reply.status < 300) || ask.accepts?.includes(reply.status)) {
        settle('success', nowMs())
        return { reply }
      }
      const error = errorOf(reply)
      settle(isNodesFault(error) ? 'failure' : 'success', nowMs())
      return { error, verdict: afterError(error, ask.repeatable) }
    } catch (failure) {
      if (!(failure instanceof AttemptFailure)) {
        settle('neutral', nowMs())
        throw failure
      }
      settle('failure', nowMs())
      onNodeFailure()
      const error = new FreshetError('unreachable', failure.message, {}, { cause: failure })
      return { error, verdict: afterFailure(failure, ask.repeatable) }
    }
  }
}

interface Picked {
  url: string
  settle: (outcome: 'success' | 'failure' | 'neutral', nowMs: number) => void
}
