import type { LogCommand } from '@freshet/core/coherence/log-record'
import { expect, test } from 'vitest'
import { visibleCommands } from './visible-commands.ts'

const cause = { id: 'i', actor: 'key:1', requestId: 'r', reason: 'secret plans' }

test('names of other namespaces, actors and reasons are told to nobody', () => {
  const commands: LogCommand[] = [
    { kind: 'keys', keys: ['users:1', 'orders:1'], cause },
    { kind: 'put', keys: ['orders:2'] },
    { kind: 'namespaces', namespaces: ['orders', 'users'], mode: 'soft', cause },
    { kind: 'namespaces', namespaces: ['orders'], cause },
  ]
  expect(visibleCommands(commands, ['users'])).toEqual([
    { kind: 'keys', keys: ['users:1'] },
    { kind: 'namespaces', namespaces: ['users'], mode: 'soft' },
  ])
})

test('a tag or pattern is told within the namespaces that both reach, and not where they share none', () => {
  const commands: LogCommand[] = [
    { kind: 'tags', tags: ['t'], reach: '*', cause },
    { kind: 'tags', tags: ['t'], reach: ['orders'], cause },
    { kind: 'patterns', patterns: ['*:1'], reach: ['orders', 'users'], mode: 'soft', cause },
  ]
  expect(visibleCommands(commands, ['users', 'carts'])).toEqual([
    { kind: 'tags', tags: ['t'], reach: ['users', 'carts'] },
    { kind: 'patterns', patterns: ['*:1'], reach: ['users'], mode: 'soft' },
  ])
})

test('what ends everything is told to all, and what ends nothing to nobody', () => {
  expect(
    visibleCommands(
      [
        { kind: 'all', cause },
        { kind: 'swept', epoch: 7 },
      ],
      ['users'],
    ),
  ).toEqual([{ kind: 'all' }])
})

test('who reaches everything is told everything, without the causes', () => {
  const commands: LogCommand[] = [{ kind: 'keys', keys: ['a', 'users:1'], cause }]
  expect(visibleCommands(commands, '*')).toEqual([{ kind: 'keys', keys: ['a', 'users:1'] }])
})
