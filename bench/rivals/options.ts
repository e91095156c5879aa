import { parseArgs } from 'node:util'
import { listOption, numberOption } from '../harness/read-option.ts'

export interface RivalOptions {
  /** Trials of each race. */
  trials: number
  /** What is waited after each acknowledgement before anybody is judged, milliseconds. */
  settleMs: number
  /** Names, or beginnings of names, of those who race; empty: all. */
  only: readonly string[]
  /** As `only`, of the races. */
  races: readonly string[]
}

export const USAGE = `npm run bench:rivals -- [options]
  --trials n      of each race, default 40
  --settle ms     waited after each acknowledgement before a read is judged, default 200
  --only a,b      only these contestants, by the beginnings of their names
  --races a,b     only these races, by the beginnings of their names`

/** Reads the command line. Throws TypeError on an option or a number that is none. */
export function readOptions(args: readonly string[]): RivalOptions | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', default: false },
      trials: { type: 'string', default: '40' },
      settle: { type: 'string', default: '200' },
      only: { type: 'string', default: '' },
      races: { type: 'string', default: '' },
    },
  })
  if (values.help) return 'help'
  return {
    trials: numberOption('trials', values.trials),
    settleMs: numberOption('settle', values.settle),
    only: listOption(values.only),
    races: listOption(values.races),
  }
}
