import { namespaceOf } from '../keys/cache-key.ts'
import { matchPattern } from '../patterns/match-pattern.ts'
import { parsePattern } from '../patterns/parse-pattern.ts'
import type { LogCommand } from './log-record.ts'
import type { Subject } from './subject.ts'

/** Whether one command concerns a value, exactly: the index may say so of more values, never of fewer. */
export function concerns(command: LogCommand, { key, tags }: Subject): boolean {
  switch (command.kind) {
    case 'keys':
    case 'put':
      return command.keys.includes(key)
    case 'tags':
      return reaches(command.reach, key) && command.tags.some((tag) => tags.includes(tag))
    case 'patterns':
      return reaches(command.reach, key) && command.patterns.some((source) => matches(source, key))
    case 'namespaces':
      return command.namespaces.includes(namespaceOf(key))
    case 'all':
      return true
    case 'swept':
      return false
  }
}

function reaches(reach: '*' | readonly string[], key: string): boolean {
  return reach === '*' || reach.includes(namespaceOf(key))
}

function matches(source: string, key: string): boolean {
  const pattern = parsePattern(source)
  // Unreadable, so it may match: the record it came in counts as one that ends everything.
  return 'reason' in pattern || matchPattern(pattern, key)
}
