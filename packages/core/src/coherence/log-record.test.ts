import { expect, it } from 'vitest'
import { decodeCommands, encodeCommands } from './log-record.ts'

it('reads back what it wrote', () => {
  const commands = [
    { kind: 'keys' as const, keys: ['a:1', '__proto__', 'ä"\\'] },
    { kind: 'put' as const, keys: ['b'] },
    { kind: 'tags' as const, tags: ['t'], reach: '*' as const, mode: 'soft' as const },
    {
      kind: 'patterns' as const,
      patterns: ['a:[0-9]*'],
      reach: ['a'],
      cause: { id: 'i', actor: 'key:k', requestId: 'r' },
    },
    { kind: 'namespaces' as const, namespaces: ['a'] },
    { kind: 'swept' as const, epoch: 7 },
    { kind: 'all' as const },
  ]
  expect(decodeCommands(encodeCommands(commands))).toEqual(commands)
})

it.each([
  ['damaged', '{"v":1,"commands":[{"kind":"ke'],
  ['empty', ''],
  ['of a newer format', '{"v":2,"commands":[{"kind":"all"}]}'],
  ['of an unknown kind', '{"v":1,"commands":[{"kind":"keys","keys":["a"]},{"kind":"regions","regions":["r"]}]}'],
  ['with a pattern that cannot be matched', '{"v":1,"commands":[{"kind":"patterns","patterns":[""],"reach":"*"}]}'],
  ['without commands', '{"v":1,"commands":[]}'],
])('takes a record that is %s as "all"', (_, payload) => {
  expect(decodeCommands(payload)).toEqual([{ kind: 'all' }])
})
