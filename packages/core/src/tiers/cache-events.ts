/** What the cache tells whoever counts. Calls are synchronous and must be cheap; the cache does not know its listener. */
export interface CacheEvents {
  loadStarted(namespace: string): void
  loadJoined(namespace: string): void
  /** `discarded`: it came back, but its key was invalidated while it ran, so it was not stored. Milliseconds. */
  loadEnded(namespace: string, outcome: 'succeeded' | 'absent' | 'failed', discarded: boolean, durationMs: number): void
  /** The shared tier failed in the background or was gone around. */
  sharedTierFailed(operation: 'get' | 'put' | 'remove', error: unknown): void
}

export const silentEvents: CacheEvents = {
  loadStarted: () => {},
  loadJoined: () => {},
  loadEnded: () => {},
  sharedTierFailed: () => {},
}
