import type { LogCommand, Reach } from '@freshet/core/coherence/log-record'
import { commonReach, reachHolds } from '@freshet/core/invalidation/reach'
import { namespaceOf } from '@freshet/core/keys/cache-key'

/**
 * What of a record's commands concerns keys within a reach, and no more than that: neither who asked for it and why, nor
 * the names of keys elsewhere. A tag or pattern is told within the namespaces that both reach.
 */
export function visibleCommands(commands: readonly LogCommand[], reach: Reach): LogCommand[] {
  return commands.flatMap((command) => visible(command, reach) ?? [])
}

function visible(command: LogCommand, reach: Reach): LogCommand | null {
  switch (command.kind) {
    case 'keys': {
      const keys = command.keys.filter((key) => reachHolds(reach, namespaceOf(key)))
      return keys.length === 0 ? null : { kind: 'keys', keys, mode: command.mode }
    }
    case 'put': {
      const keys = command.keys.filter((key) => reachHolds(reach, namespaceOf(key)))
      return keys.length === 0 ? null : { kind: 'put', keys }
    }
    case 'namespaces': {
      const namespaces = command.namespaces.filter((namespace) => reachHolds(reach, namespace))
      return namespaces.length === 0 ? null : { kind: 'namespaces', namespaces, mode: command.mode }
    }
    case 'tags': {
      const common = commonReach(command.reach, reach)
      return common && { kind: 'tags', tags: command.tags, reach: common, mode: command.mode }
    }
    case 'patterns': {
      const common = commonReach(command.reach, reach)
      return common && { kind: 'patterns', patterns: command.patterns, reach: common, mode: command.mode }
    }
    case 'all':
      return { kind: 'all', mode: command.mode }
    case 'swept':
      return null
  }
}
