const MINUTE_MS = 60_000

/**
 * Lets something be said at most once a minute for each subject. While a server is away every attempt to reach it fails,
 * many times a second, and a log full of one line hides the others.
 */
export function onceAMinute(now = () => performance.now()): (subject: string, say: () => void) => void {
  const saidMs = new Map<string, number>()
  return (subject, say) => {
    const nowMs = now()
    if (nowMs - (saidMs.get(subject) ?? -Infinity) < MINUTE_MS) return
    // Subjects may be any error's text; what was said long ago need not be remembered.
    for (const [old, atMs] of saidMs) if (nowMs - atMs >= MINUTE_MS) saidMs.delete(old)
    saidMs.set(subject, nowMs)
    say()
  }
}
