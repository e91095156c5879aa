/** What came of a read. `marked`: the answer itself says that it may be stale. `error`: no value was given. */
export type Answer =
  | { kind: 'value'; value: number }
  | { kind: 'marked'; value: number }
  | { kind: 'error'; message: string }

/** What an invalidation names. */
export type Target = { key: string } | { tag: string }

/** One process that caches. */
export interface Member {
  /** Reads through the cache. With a tag, the entry that a load makes carries it. Never rejects. */
  read(key: string, tag?: string): Promise<Answer>
  /** Resolves when the invalidation is acknowledged, however the contestant does that. Rejects when it is not. */
  invalidate(target: Target): Promise<void>
  signal(signal: NodeJS.Signals): void
}

/** Two processes with one Redis, in the set-up that is recommended for it. */
export interface Contestant {
  readonly name: string
  /** The member that is asked to invalidate, straight on Redis. */
  readonly near: Member
  /** The other one; its connections to Redis go through the arena's proxy. */
  readonly far: Member
  close(): Promise<void>
}

/** Where a contestant finds what it needs. */
interface Arena {
  redisUrl: string
  /** The same Redis through the proxy. */
  proxiedRedisUrl: string
  sourceUrl: string
}

export interface Entrant {
  readonly name: string
  /** How it was configured, for the reader of the table. */
  readonly setUp: string
  enter(arena: Arena): Promise<Contestant>
}
