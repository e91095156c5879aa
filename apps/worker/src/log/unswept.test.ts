import type { LogCommand } from '@freshet/core/coherence/log-record'
import { expect, test } from 'vitest'
import { Unswept } from './unswept.ts'

const record = (epoch: number, ...commands: LogCommand[]) => ({ epoch, commands })
const key: LogCommand = { kind: 'keys', keys: ['a'] }
const tag: LogCommand = { kind: 'tags', tags: ['t'], reach: '*' }
const swept = (epoch: number): LogCommand => ({ kind: 'swept', epoch })

test('keys and matchers are told apart, and a burst has a beginning and an end', () => {
  const unswept = new Unswept()
  unswept.note(record(1, key), 10)
  expect(unswept.facts).toEqual({ matchersFromMs: null, matchersLastMs: null, anyFromMs: 10 })
  unswept.note(record(2, key, tag), 20)
  unswept.note(record(3, tag), 30)
  expect(unswept.facts).toEqual({ matchersFromMs: 20, matchersLastMs: 30, anyFromMs: 10 })
})

test('a complete sweep settles what came before it began, and only that', () => {
  const unswept = new Unswept()
  unswept.note(record(1, tag), 10)
  unswept.note(record(2, key), 20)
  unswept.note(record(3, swept(1)), 30)
  expect(unswept.facts).toEqual({ matchersFromMs: null, matchersLastMs: null, anyFromMs: 30 })
  unswept.note(record(4, swept(2)), 40)
  expect(unswept.facts.anyFromMs).toBeNull()
})

test('the news of a sweep is nothing to sweep for', () => {
  const unswept = new Unswept()
  unswept.note(record(1, swept(0)), 10)
  expect(unswept.facts.anyFromMs).toBeNull()
})

test('what only a snapshot told of counts as something', () => {
  const unswept = new Unswept()
  unswept.noteUnseen(0, 5)
  expect(unswept.facts.anyFromMs).toBeNull()
  unswept.noteUnseen(7, 5)
  expect(unswept.facts.anyFromMs).toBe(5)
})

test('another generation begins without a past', () => {
  const unswept = new Unswept()
  unswept.note(record(9, tag), 10)
  unswept.reset()
  expect(unswept.facts).toEqual({ matchersFromMs: null, matchersLastMs: null, anyFromMs: null })
})
