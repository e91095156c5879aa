import { expect, test } from 'vitest'
import { isSweepDue } from './sweep-due.ts'

const rhythm = { quietMs: 10, patienceMs: 60, everyMs: 600 }
const nothing = { matchersFromMs: null, matchersLastMs: null, anyFromMs: null }

test.each([
  ['nothing was appended', nothing, 1_000_000, false],
  ['a key was invalidated', { ...nothing, anyFromMs: 0 }, 599, false],
  ['a key was invalidated long ago', { ...nothing, anyFromMs: 0 }, 600, true],
  ['a tag was just invalidated', { matchersFromMs: 0, matchersLastMs: 0, anyFromMs: 0 }, 9, false],
  ['a tag was invalidated, and then it was quiet', { matchersFromMs: 0, matchersLastMs: 0, anyFromMs: 0 }, 10, true],
  ['tags rain', { matchersFromMs: 0, matchersLastMs: 59, anyFromMs: 0 }, 59, false],
  ['tags have rained for too long to wait', { matchersFromMs: 0, matchersLastMs: 60, anyFromMs: 0 }, 60, true],
] as const)('%s: %#', (_, facts, nowMs, due) => {
  expect(isSweepDue(facts, rhythm, nowMs)).toBe(due)
})
