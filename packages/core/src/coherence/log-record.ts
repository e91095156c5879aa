import { z } from 'zod'
import { parsePattern } from '../patterns/parse-pattern.ts'

/**
 * How an invalidation ends what it matches. `hard`: never served as fresh again, nor as stale by a node that applied it.
 * `soft`: stale at once, served marked within its stale limits while one refresh runs.
 */
export const InvalidationMode = z.enum(['hard', 'soft'])
export type InvalidationMode = z.infer<typeof InvalidationMode>

/** Namespaces in which a tag or pattern may end anything: those that whoever asked for it holds. */
export const Reach = z.union([z.literal('*'), z.array(z.string()).min(1)])
export type Reach = z.infer<typeof Reach>

/**
 * Why a command is in the log, for the audit. One invalidation may take several commands, which share its id, its record
 * and so its epoch.
 */
export const Cause = z.object({
  /** The invalidation's id, also its receipt's: a UUID, or derived from an idempotency key so that a repeat shares it. */
  id: z.string(),
  /** `user:<id>`, `key:<id>`, `token:<subject>` or `job:<name>`. */
  actor: z.string(),
  /** What a reader of the audit calls the actor. */
  actorName: z.string().optional(),
  /** What the caller said. */
  reason: z.string().optional(),
  requestId: z.string(),
  /** Address the request came from. */
  from: z.string().optional(),
  /** What asked for it besides a person: an event rule, a schedule, a bulk run. */
  via: z.string().optional(),
})
export type Cause = z.infer<typeof Cause>

const texts = z.array(z.string()).min(1)
/** Absent means `hard`. */
const mode = InvalidationMode.optional()
const cause = Cause.optional()

/** A pattern that this build cannot read fails the parse, and so the record counts as `all`. */
const LogPattern = z.string().refine((source) => !('reason' in parsePattern(source)), 'a pattern that can be matched')

/**
 * One command of a log record. `keys`, `tags`, `patterns`, `namespaces`: what matches is invalid. `put`: these keys were
 * written, older values are invalid. `all`: everything is. `swept`: nothing is; whoever looked through the whole of L2
 * says that each entry there was stamped `epoch` or later, or removed, so that what is older may be folded into a floor.
 */
export const LogCommand = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('keys'), keys: texts, mode, cause }),
  z.object({ kind: z.literal('tags'), tags: texts, reach: Reach, mode, cause }),
  z.object({ kind: z.literal('patterns'), patterns: z.array(LogPattern).min(1), reach: Reach, mode, cause }),
  z.object({ kind: z.literal('namespaces'), namespaces: texts, mode, cause }),
  z.object({ kind: z.literal('all'), mode, cause }),
  z.object({ kind: z.literal('put'), keys: texts }),
  z.object({ kind: z.literal('swept'), epoch: z.number().int().nonnegative() }),
])
export type LogCommand = z.infer<typeof LogCommand>

const LogPayload = z.object({ v: z.literal(1), commands: z.array(LogCommand).min(1) })

/** A record as a follower gets it: its epoch and what it says. */
export interface LogRecord {
  epoch: number
  commands: readonly LogCommand[]
}

export function encodeCommands(commands: readonly LogCommand[]): string {
  return JSON.stringify({ v: 1, commands })
}

/**
 * Reads a record's payload. One that this build cannot read, be it damaged or written by a newer build, is taken as
 * `all`: losing every cached value is a cost, missing an invalidation is a lie.
 */
export function decodeCommands(payload: string): readonly LogCommand[] {
  try {
    return LogPayload.parse(JSON.parse(payload)).commands
  } catch {
    return [{ kind: 'all' }]
  }
}

/** The keys that a command names; none for what matches otherwise. */
export function keysOf(command: LogCommand): readonly string[] {
  return command.kind === 'keys' || command.kind === 'put' ? command.keys : []
}
