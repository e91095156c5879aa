/** Time as a port, so that every decision can be tested at any moment. */
export interface Clock {
  /** Milliseconds that never go back; only differences mean anything. */
  monotonicMs(): number
  /** Epoch milliseconds; may jump. Never compared across machines. */
  wallMs(): number
}

export const systemClock: Clock = {
  monotonicMs: () => performance.now(),
  wallMs: () => Date.now(),
}
