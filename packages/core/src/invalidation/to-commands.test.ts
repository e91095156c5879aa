import { describe, expect, it } from 'vitest'
import { decodeCommands, encodeCommands } from '../coherence/log-record.ts'
import type { Matchers } from './invalidation.ts'
import { toCommands } from './to-commands.ts'

const cause = { id: '1', actor: 'key:a', requestId: 'r' }
const none: Matchers = { keys: [], tags: [], patterns: [], namespaces: [], all: false }
const context = { mode: 'hard' as const, reach: ['shop'], cause }

describe('toCommands', () => {
  it('gives each kind one command, all with the same cause', () => {
    const commands = toCommands(
      { ...none, keys: ['shop:1'], tags: ['t'], patterns: ['shop:*'], namespaces: ['shop'] },
      context,
    )
    expect(commands).toEqual([
      { kind: 'keys', keys: ['shop:1'], cause },
      { kind: 'tags', tags: ['t'], reach: ['shop'], cause },
      { kind: 'patterns', patterns: ['shop:*'], reach: ['shop'], cause },
      { kind: 'namespaces', namespaces: ['shop'], cause },
    ])
  })

  it('lets all speak for the rest', () => {
    expect(toCommands({ ...none, all: true, keys: ['a'] }, context)).toEqual([{ kind: 'all', cause }])
  })

  it('says soft, and leaves hard unsaid', () => {
    expect(toCommands({ ...none, keys: ['a'] }, { ...context, mode: 'soft' })).toEqual([
      { kind: 'keys', keys: ['a'], mode: 'soft', cause },
    ])
  })

  it('names a matcher once, and nothing when nothing was named', () => {
    expect(toCommands({ ...none, tags: ['t', 't'] }, context)).toMatchObject([{ tags: ['t'] }])
    expect(toCommands(none, context)).toEqual([])
  })

  it('makes commands that survive the log', () => {
    const commands = toCommands({ ...none, keys: ['a'], tags: ['t'], patterns: ['a*'], namespaces: ['n'] }, context)
    expect(decodeCommands(encodeCommands(commands))).toEqual(commands)
  })
})
