import { expect, it } from 'vitest'
import { renderTable } from './table.ts'
import { tallyOf } from './tally.ts'
import { NEW, OLD } from './trial.ts'

it('counts the old value as stale unless the answer says so', () => {
  const tally = tallyOf([
    { kind: 'value', value: OLD },
    { kind: 'value', value: NEW },
    { kind: 'marked', value: OLD },
    { kind: 'error', message: '503' },
  ])
  expect(tally).toEqual({ trials: 4, stale: 1, marked: 1, errors: 1 })
})

it('puts contestants side by side, a line per read', () => {
  const tally = (stale: number) => ({ trials: 40, stale, marked: 0, errors: 0 })
  const table = renderTable([
    { name: 'Freshet', setUp: 'as it ships', results: { race: { here: tally(0), there: { ...tally(0), errors: 2 } } } },
    { name: 'rival', setUp: 'as recommended', results: { race: { here: tally(40), there: tally(3) } } },
  ])
  expect(table.split('\n')).toEqual([
    '| Race | Read | Freshet | rival |',
    '| --- | --- | --: | --: |',
    '| race | here | 0 of 40 | 40 of 40 |',
    '|  | there | 0 of 40 (2 refused) | 3 of 40 |',
    '',
    '- **Freshet**: as it ships.',
    '- **rival**: as recommended.',
  ])
})
