import type { ChangesPoller } from './near/changes-poller.ts'
import type { NearCache } from './near/near-cache.ts'
import type { Router } from './routing/router.ts'
import type { TopologyFeed } from './routing/topology-feed.ts'
import type { Tracing } from './tracing.ts'
import type { Ask, Reply } from './transport/reply.ts'
import type { Sender } from './transport/sender.ts'
import { withDeadline } from './transport/with-deadline.ts'
import type { Codec } from './values/codec.ts'

/** What every call takes. */
export interface CallOptions {
  /** Ends the call, its retries and its waits. */
  signal?: AbortSignal
  /** How long the whole call may take, retries and waits included, milliseconds. */
  deadlineMs?: number
}

/** The near cache, and what keeps it up to date. */
export interface Near {
  cache: NearCache
  poller: ChangesPoller
}

/** What calls work with; put together once by `createCache`. */
export interface Parts {
  sender: Sender
  router: Router
  /** Null where nobody asks for it. */
  topology: TopologyFeed | null
  near: Near | null
  tracing: Tracing
  codec: Codec
  deadlineMs: number
  attemptMs: number
  nowMs: () => number
  random: () => number
  /** Told of what went wrong without a caller who could be told. */
  onError: (error: unknown) => void
}

/** Gets an ask answered within the call's deadline. `urls`: whom to ask, in order. */
export function exchange(
  { sender, deadlineMs, attemptMs }: Parts,
  ask: Ask,
  urls: readonly string[],
  options: CallOptions,
): Promise<Reply> {
  const { holdMs = 0, repeatable } = ask
  const wholeMs = options.deadlineMs ?? deadlineMs
  // Nobody else would be asked after an attempt that may have done it, so nothing is gained by ending that early.
  const patienceMs = repeatable ? attemptMs : wholeMs
  return withDeadline(wholeMs + holdMs, options.signal, (signal) => sender.send(ask, urls, patienceMs + holdMs, signal))
}
