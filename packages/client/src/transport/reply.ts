/** A node's answer, whole. */
export interface Reply {
  readonly status: number
  readonly headers: Headers
  readonly body: Buffer
}

/** One request; what it says is the same whoever answers it. */
export interface Ask {
  readonly method: 'GET' | 'PUT' | 'PATCH' | 'DELETE' | 'POST'
  /** Path and query. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  /** Whether it may be sent again although the first may have been done: then twice must be the same as once. */
  readonly repeatable: boolean
  /** For how long its node may hold the answer back on purpose, milliseconds: it is given so much more time. */
  readonly holdMs?: number
  /** Statuses beside 2xx that are answers and not errors. */
  readonly accepts?: readonly number[]
}
