/** A stretch of time on this process's monotonic clock, milliseconds. */
export interface Stretch {
  fromMs: number
  untilMs: number
}

/** The same stretch without its first `ms`. */
export function later(ms: number, { fromMs, untilMs }: Stretch): Stretch {
  return { fromMs: fromMs + ms, untilMs }
}

/** Its first `ms`. */
export function first(ms: number, { fromMs }: Stretch): Stretch {
  return { fromMs, untilMs: fromMs + ms }
}
