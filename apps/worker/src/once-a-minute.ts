const MINUTE_MS = 60_000

/**
 * Passes errors on at most once a minute for each message. While a server is away every attempt to reach it fails, many
 * times a second, and a log full of one line hides the others.
 */
export function onceAMinute(tell: (error: unknown) => void, now = () => performance.now()): (error: unknown) => void {
  const toldMs = new Map<string, number>()
  return (error) => {
    const message = error instanceof Error ? error.message : String(error)
    const nowMs = now()
    if (nowMs - (toldMs.get(message) ?? -Infinity) < MINUTE_MS) return
    // Messages may carry anything; what was told long ago need not be remembered.
    for (const [old, atMs] of toldMs) if (nowMs - atMs >= MINUTE_MS) toldMs.delete(old)
    toldMs.set(message, nowMs)
    tell(error)
  }
}
