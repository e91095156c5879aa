import { expect, it } from 'vitest'
import { listOption, numberOption } from './read-option.ts'

it('takes numbers from 0 on', () => {
  expect(['0', '9', '0.5', '1e6'].map((text) => numberOption('rounds', text))).toEqual([0, 9, 0.5, 1_000_000])
})

it.each(['', ' ', 'nine', '-1', '10k', 'Infinity'])('names the option that is no number: %j', (text) => {
  expect(() => numberOption('rounds', text)).toThrow('--rounds is a number')
})

it('an empty list names nothing', () => {
  expect([listOption(''), listOption('read,pair')]).toEqual([[], ['read', 'pair']])
})
