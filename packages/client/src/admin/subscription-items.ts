/** Where a subscription puts what it is sent, and how it ends. */
export interface ItemSink {
  push(item: unknown): void
  fail(error: unknown): void
  end(): void
}

/**
 * What a subscription is sent, as an async iterable. It begins when it is first read, and ends with its reader.
 *
 * @param subscribe begins; returns the way to stop.
 * @param signal ends it; its reader is given the signal's reason.
 */
export async function* subscriptionItems(
  subscribe: (sink: ItemSink) => () => void,
  signal?: AbortSignal,
): AsyncGenerator<unknown> {
  signal?.throwIfAborted()
  const waiting: unknown[] = []
  let outcome: { error: unknown } | 'ended' | null = null
  let wake = () => {}
  // The first end counts: stopping a subscription makes it say that it is complete.
  const conclude = (how: { error: unknown } | 'ended') => {
    outcome ??= how
    wake()
  }
  const abort = () => conclude({ error: signal?.reason })
  signal?.addEventListener('abort', abort, { once: true })
  const stop = subscribe({
    push: (item) => {
      waiting.push(item)
      wake()
    },
    fail: (error) => conclude({ error }),
    end: () => conclude('ended'),
  })
  try {
    for (;;) {
      while (waiting.length > 0 && !signal?.aborted) yield waiting.shift()
      const over = outcome as { error: unknown } | 'ended' | null
      if (over === 'ended') return
      if (over !== null) throw over.error
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
  } finally {
    signal?.removeEventListener('abort', abort)
    stop()
  }
}
