import { parseArgs } from 'node:util'
import { listOption, numberOption } from './read-option.ts'

export interface BenchOptions {
  /** Rounds, each of which measures every case once. */
  rounds: number
  /** Length of one measurement, seconds; its warm-up comes before. */
  seconds: number
  warmUpSeconds: number
  connections: number
  /** Names of the scenarios to run; empty: all. */
  only: readonly string[]
  /** Where the figures go as JSON. */
  json: string
  /** Whether to fail when a goal is missed. */
  gate: boolean
}

export const USAGE = `npm run bench -- [options]
  --quick             3 rounds of 1 s: a first look, no basis for a verdict
  --gate              exit with 1 when a goal is missed (9 rounds, whatever --rounds says less)
  --only a,b          only these scenarios: read, write, batch, pair, cluster
  --rounds n          default 9
  --seconds n         of each measurement, default 2
  --connections n     default 64
  --json file         default .freshet/bench.json`

/** Reads the command line. Throws TypeError on an option or a number that is none. */
export function readOptions(args: readonly string[]): BenchOptions | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      gate: { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      connections: { type: 'string', default: '64' },
      json: { type: 'string', default: '.freshet/bench.json' },
    },
  })
  if (values.help) return 'help'
  const rounds = numberOption('rounds', values.rounds ?? (values.quick ? '3' : '9'))
  return {
    // Fewer rounds leave the median at the mercy of whatever else the machine does.
    rounds: values.gate ? Math.max(9, rounds) : rounds,
    seconds: numberOption('seconds', values.seconds ?? (values.quick ? '1' : '2')),
    warmUpSeconds: 0.5,
    connections: numberOption('connections', values.connections),
    only: listOption(values.only),
    json: values.json,
    gate: values.gate,
  }
}
