import { expect, it } from 'vitest'
import { decodeCommands, encodeCommands } from './log-record.ts'

it('reads back what it wrote', () => {
  const commands = [
    { kind: 'keys' as const, keys: ['a:1', '__proto__', 'ä"\\'] },
    { kind: 'put' as const, keys: ['b'] },
    { kind: 'all' as const },
  ]
  expect(decodeCommands(encodeCommands(commands))).toEqual(commands)
})

it.each([
  ['damaged', '{"v":1,"commands":[{"kind":"ke'],
  ['empty', ''],
  ['of a newer format', '{"v":2,"commands":[{"kind":"all"}]}'],
  ['of an unknown kind', '{"v":1,"commands":[{"kind":"keys","keys":["a"]},{"kind":"tag","tags":["t"]}]}'],
  ['without commands', '{"v":1,"commands":[]}'],
])('takes a record that is %s as "all"', (_, payload) => {
  expect(decodeCommands(payload)).toEqual([{ kind: 'all' }])
})
