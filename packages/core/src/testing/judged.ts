import type { Judged } from '../coherence/generations.ts'
import type { LogCommand } from '../coherence/log-record.ts'
import type { Version } from '../coherence/version.ts'

/** A value as the log's judges see it, never looked at before. */
export function judged(version: Version, ...tags: string[]): Judged {
  return { version, stamp: version.epoch, tags }
}

export function keys(...names: string[]): LogCommand {
  return { kind: 'keys', keys: names }
}
