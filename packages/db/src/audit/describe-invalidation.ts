import { createHash } from 'node:crypto'
import type { Cause, LogCommand, Reach } from '@freshet/core/coherence/log-record'
import { namespaceOf } from '@freshet/core/keys/cache-key'
import { type AuditDraft, EVERY_NAMESPACE } from './audit-entry.ts'
import { canonicalJson } from './canonical-json.ts'

/** A command that ends something. */
export type Invalidation = Exclude<LogCommand, { kind: 'put' | 'swept' }>

/** Matchers of one kind that an entry names; of the rest it gives the number. */
const MOST_NAMED = 20

interface Matched {
  count: number
  first: string[]
}

/** The target of an entry of the kind `invalidation`. */
export interface InvalidationTarget {
  mode: 'hard' | 'soft'
  keys?: Matched
  tags?: Matched
  patterns?: Matched
  namespaces?: Matched
  all?: true
  /** Namespaces in which its tags and patterns may have ended anything. */
  reach?: Reach
}

/** One invalidation: all commands of a record that share a cause. `cause` is absent when nobody said why. */
export function describeInvalidation(
  commands: readonly Invalidation[],
  cause: Cause | undefined,
  log: { generation: string; epoch: number; index: number },
): AuditDraft {
  return {
    kind: 'invalidation',
    action: 'invalidate',
    actor: cause?.actor ?? 'unknown',
    actorName: cause?.actorName ?? cause?.actor ?? 'unknown',
    target: targetOf(commands),
    namespaces: namespacesOf(commands),
    reason: cause?.reason,
    requestId: cause?.requestId,
    from: cause?.from,
    via: cause?.via,
    log,
    cause: cause
      ? { id: cause.id, digest: digestOf(commands) }
      : { id: `${log.generation}.${log.epoch}.${log.index}`, digest: '' },
  }
}

function targetOf(commands: readonly Invalidation[]): InvalidationTarget {
  const target: InvalidationTarget = { mode: commands.every(({ mode }) => mode === 'soft') ? 'soft' : 'hard' }
  for (const kind of ['keys', 'tags', 'patterns', 'namespaces'] as const) {
    const matchers = commands.flatMap((command) => matchersOf(command, kind))
    if (matchers.length > 0) target[kind] = { count: matchers.length, first: matchers.slice(0, MOST_NAMED) }
  }
  if (commands.some(({ kind }) => kind === 'all')) target.all = true
  const reaches = commands.flatMap((command) => ('reach' in command ? [command.reach] : []))
  if (reaches.length > 0) target.reach = reaches.includes('*') ? '*' : distinct(reaches.flat())
  return target
}

function matchersOf(command: Invalidation, kind: 'keys' | 'tags' | 'patterns' | 'namespaces'): readonly string[] {
  if (command.kind !== kind) return []
  switch (command.kind) {
    case 'keys':
      return command.keys
    case 'tags':
      return command.tags
    case 'patterns':
      return command.patterns
    case 'namespaces':
      return command.namespaces
  }
}

function namespacesOf(commands: readonly Invalidation[]): string[] {
  const touched = distinct(commands.flatMap(namespacesOfCommand))
  return touched.includes(EVERY_NAMESPACE) ? [EVERY_NAMESPACE] : touched
}

function namespacesOfCommand(command: Invalidation): readonly string[] {
  switch (command.kind) {
    case 'keys':
      return command.keys.map(namespaceOf)
    case 'tags':
    case 'patterns':
      return command.reach === '*' ? [EVERY_NAMESPACE] : command.reach
    case 'namespaces':
      return command.namespaces
    case 'all':
      return [EVERY_NAMESPACE]
  }
}

/**
 * What was ended, in short. A repeat of an invalidation bears the id of the first and ends the same; were the id alone to
 * tell them apart, whoever used an Idempotency-Key a second time, after its day, for something else would leave no trace.
 * The reach is left out: it may have changed between an append of unknown fate and its repeat.
 */
function digestOf(commands: readonly Invalidation[]): string {
  const said = commands.map(({ cause: _, ...command }) => ({ ...command, reach: undefined }))
  return createHash('sha256').update(canonicalJson(said)).digest('hex').slice(0, 16)
}

const distinct = (texts: readonly string[]) => [...new Set(texts)].sort()
