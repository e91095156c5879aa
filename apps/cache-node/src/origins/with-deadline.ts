import { setMaxListeners } from 'node:events'

/**
 * Runs with a signal that aborts when `parent` does, or after `ms` with the error that `expired` makes; work that fails
 * after that rejects with the signal's reason itself, which streams and sockets like to wrap. Nothing is left behind when
 * the work ends first: neither a timer nor a listener on a parent that may live as long as the process.
 */
export async function withDeadline<T>(
  parent: AbortSignal,
  ms: number,
  expired: () => Error,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  parent.throwIfAborted()
  const controller = new AbortController()
  // Many loads may follow one caller, as those of a batch do; that is no leak to be warned of.
  setMaxListeners(0, parent)
  const follow = () => controller.abort(parent.reason)
  parent.addEventListener('abort', follow, { once: true })
  const timer = setTimeout(() => controller.abort(expired()), ms)
  try {
    return await work(controller.signal)
  } catch (error) {
    throw controller.signal.aborted ? controller.signal.reason : error
  } finally {
    clearTimeout(timer)
    parent.removeEventListener('abort', follow)
  }
}

/** Waits `ms`; rejects with the signal's reason when it aborts first. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason)
    const leave = () => {
      clearTimeout(timer)
      reject(signal.reason)
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', leave)
      resolve()
    }, ms)
    signal.addEventListener('abort', leave, { once: true })
  })
}
