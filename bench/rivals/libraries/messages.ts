/** What the harness asks of a process that runs a library's cache. */
export type Ask =
  | { kind: 'read'; key: string; tag: string | null }
  | { kind: 'invalidate-key'; key: string }
  | { kind: 'invalidate-tag'; tag: string }

/** `ready` comes once, unasked, when the cache is connected and subscribed. */
export type Tell =
  | { kind: 'ready' }
  | { kind: 'value'; id: number; value: number }
  | { kind: 'done'; id: number }
  | Failure

interface Failure {
  kind: 'failed'
  id: number
  message: string
}

export interface Asked {
  id: number
  ask: Ask
}
