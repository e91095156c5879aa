import type { Ask, Reply } from './reply.ts'

/** How one attempt at one node ended without an answer. */
export class AttemptFailure extends Error {
  /** Whether the request may have reached the node: then nobody knows whether it was done. */
  readonly maybeDone: boolean
  readonly timedOut: boolean

  constructor(message: string, facts: { maybeDone: boolean; timedOut: boolean }, options?: ErrorOptions) {
    super(message, options)
    this.maybeDone = facts.maybeDone
    this.timedOut = facts.timedOut
  }
}

/** Errors of a connection that was never made. */
const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
])

/**
 * One request to one node, its answer read to the end. Rejects with AttemptFailure, or with the signal's reason when the
 * caller has gone. The timer ends the reading of a body too: a node may stop in the middle of one.
 */
export async function attempt(
  fetch: typeof globalThis.fetch,
  baseUrl: string,
  ask: Ask,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Reply> {
  signal.throwIfAborted()
  const ending = new AbortController()
  const leave = () => ending.abort()
  signal.addEventListener('abort', leave, { once: true })
  let timedOut = false
  const timer = setTimeout(() => {
    timedOut = true
    ending.abort()
  }, timeoutMs)
  try {
    const response = await fetch(baseUrl + ask.path, {
      method: ask.method,
      headers: { ...ask.headers },
      // A view onto memory that is shared with others is not what fetch takes, so a body is handed over as it is typed.
      ...(ask.body !== undefined && { body: ask.body as string | Uint8Array<ArrayBuffer> }),
      redirect: 'manual',
      signal: ending.signal,
    })
    return { status: response.status, headers: response.headers, body: Buffer.from(await response.arrayBuffer()) }
  } catch (error) {
    signal.throwIfAborted()
    if (timedOut)
      throw new AttemptFailure(`${baseUrl} did not answer within ${Math.round(timeoutMs)} ms`, {
        maybeDone: true,
        timedOut,
      })
    const code = codeOf(error)
    const message = `${baseUrl} cannot be asked (${code ?? 'no connection'})`
    throw new AttemptFailure(message, { maybeDone: code === null || !NEVER_SENT.has(code), timedOut }, { cause: error })
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', leave)
  }
}

/** fetch hides what happened behind its "fetch failed"; with several addresses behind one name, one level deeper. */
function codeOf(error: unknown): string | null {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 4; depth++) {
    if ('code' in cause && typeof cause.code === 'string') return cause.code
    cause = cause instanceof AggregateError ? cause.errors[0] : cause.cause
  }
  return null
}
