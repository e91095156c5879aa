import { z } from 'zod'

/**
 * One command of a log record. `keys`: these keys are invalid. `put`: these keys were written, older values are invalid.
 * `all`: everything is.
 */
export const LogCommand = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('keys'), keys: z.array(z.string()).min(1) }),
  z.object({ kind: z.literal('put'), keys: z.array(z.string()).min(1) }),
  z.object({ kind: z.literal('all') }),
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
