import type { Cause, InvalidationMode, LogCommand, Reach } from '../coherence/log-record.ts'
import type { Matchers } from './invalidation.ts'

/** How, how far and why; the same for every command of one invalidation. */
export interface CommandContext {
  mode: InvalidationMode
  /** Namespaces in which tags and patterns may end anything. Keys and namespaces were authorised one by one. */
  reach: Reach
  cause: Cause
}

/**
 * The commands that say one invalidation in the log, for one record: they share their epoch. None when nothing is named.
 * `all` says everything else already.
 */
export function toCommands(matchers: Matchers, { mode, reach, cause }: CommandContext): LogCommand[] {
  const how = { ...(mode === 'soft' && { mode }), cause }
  if (matchers.all) return [{ kind: 'all', ...how }]
  const commands: LogCommand[] = []
  const keys = distinct(matchers.keys)
  const tags = distinct(matchers.tags)
  const patterns = distinct(matchers.patterns)
  const namespaces = distinct(matchers.namespaces)
  // An empty list does not parse, and what does not parse ends everything.
  if (keys.length > 0) commands.push({ kind: 'keys', keys, ...how })
  if (tags.length > 0) commands.push({ kind: 'tags', tags, reach, ...how })
  if (patterns.length > 0) commands.push({ kind: 'patterns', patterns, reach, ...how })
  if (namespaces.length > 0) commands.push({ kind: 'namespaces', namespaces, ...how })
  return commands
}

/** A record is read by every node: nothing is said twice. */
function distinct(names: readonly string[]): string[] {
  return [...new Set(names)]
}
