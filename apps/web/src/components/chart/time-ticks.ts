const STEPS_MS = [
  5_000, 10_000, 15_000, 30_000, 60_000, 300_000, 600_000, 900_000, 1_800_000, 3_600_000, 10_800_000, 14_400_000,
]

/** Round moments inside an interval, at most seven, so that labels never touch. Epoch ms; rounded in local time. */
export function timeTicks(fromMs: number, toMs: number): number[] {
  const step = STEPS_MS.find((candidate) => (toMs - fromMs) / candidate <= 6) ?? 86_400_000
  const offset = new Date(toMs).getTimezoneOffset() * 60_000
  const first = Math.ceil((fromMs - offset) / step) * step + offset
  const ticks: number[] = []
  for (let at = first; at <= toMs; at += step) ticks.push(at)
  return ticks
}

/** The time of day, with seconds where the interval is short enough for them to matter. */
export function formatClock(at: number, spanMs: number): string {
  return new Date(at).toLocaleTimeString('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    second: spanMs <= 300_000 ? '2-digit' : undefined,
  })
}
