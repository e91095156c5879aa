import type { LogSnapshot, Member } from '../../coherence/log.ts'
import { FakeSharedTier } from '../fake-shared-tier.ts'

/** A record as it lies in the stream. */
export interface StreamRecord {
  epoch: number
  payload: string
}

/** The log's meta hash and its stream. */
export interface LogState {
  /** Which server, in which replication history, wrote this. */
  id: string
  generation: string
  epoch: number
  members: Map<string, Member>
  /** Polls of all members in this generation. */
  polls: number
  stream: StreamRecord[]
}

/** What a Redis holds, and so what a replica or a disk has a copy of. */
export interface RedisState {
  /** Null: there is no meta hash. */
  log: LogState | null
  snapshot: LogSnapshot | null
  tier: FakeSharedTier
}

/** A change of what a Redis holds. It must depend on nothing else: copies make the same change later. */
export type Effect<T = unknown> = (state: RedisState) => T

export function emptyState(): RedisState {
  return { log: null, snapshot: null, tier: new FakeSharedTier() }
}

/** Records, entries and members are replaced and never altered, so copies may share them. */
export function copyOf({ log, snapshot, tier }: RedisState): RedisState {
  const copy = new FakeSharedTier()
  for (const [key, entry] of tier.held) copy.held.set(key, entry)
  return {
    log: log && { ...log, members: new Map(log.members), stream: [...log.stream] },
    snapshot,
    tier: copy,
  }
}
