/**
 * A stream that holds one value at most: a reader that is slower than the writer skips what it missed instead of falling
 * behind. Ends when the signal aborts.
 */
export interface NewestOnly<T> {
  push(value: T): void
  read(signal: AbortSignal): AsyncGenerator<T, void>
}

export function createNewestOnly<T>(): NewestOnly<T> {
  let waiting: { value: T } | null = null
  let wake = () => {}
  return {
    push(value) {
      waiting = { value }
      wake()
    },
    async *read(signal) {
      const stop = () => wake()
      signal.addEventListener('abort', stop)
      try {
        while (!signal.aborted) {
          if (waiting) {
            const { value } = waiting
            waiting = null
            yield value
          } else
            await new Promise<void>((resolve) => {
              wake = resolve
            })
        }
      } finally {
        signal.removeEventListener('abort', stop)
      }
    },
  }
}
