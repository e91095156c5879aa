import { FreshetError } from '../errors/freshet-error.ts'

/**
 * Runs something under a deadline of its own and the caller's signal: the signal that it is given aborts with the caller's
 * reason, or with FreshetError `deadline`.
 */
export async function withDeadline<T>(
  deadlineMs: number,
  caller: AbortSignal | undefined,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  caller?.throwIfAborted()
  const ending = new AbortController()
  const leave = () => ending.abort(caller?.reason)
  caller?.addEventListener('abort', leave, { once: true })
  const timer = setTimeout(
    () => ending.abort(new FreshetError('deadline', `The call took longer than ${deadlineMs} ms`)),
    deadlineMs,
  )
  try {
    return await run(ending.signal)
  } finally {
    clearTimeout(timer)
    caller?.removeEventListener('abort', leave)
  }
}
