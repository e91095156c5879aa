import { parseArgs } from 'node:util'
import { listOption, numberOption } from '../harness/read-option.ts'

export interface SlowRedisOptions {
  /** Delays of every answer of Redis that are compared with none, milliseconds. */
  delaysMs: readonly number[]
  rounds: number
  /** Length of one measurement; its warm-up comes before. */
  seconds: number
  warmUpSeconds: number
  /** L1 hits a second, open loop. */
  hits: number
  connections: number
  /** Requests a second of everything else: misses with and without origin, and writes. */
  others: number
}

export const USAGE = `npm run bench:slow-redis -- [options]
  --delays a,b      milliseconds by which every answer of Redis comes late, default 5,50,500
  --rounds n        default 9
  --seconds n       of each measurement, default 4
  --hits n          L1 hits a second, open loop, default 10,000
  --connections n   default 64
  --others n        misses and writes a second meanwhile, default 200
Exits with 1 when the p99 of hits at the longest delay is more than 1.5 times the quiet one.`

/** Reads the command line. Throws TypeError on an option or a number that is none. */
export function readOptions(args: readonly string[]): SlowRedisOptions | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', default: false },
      delays: { type: 'string', default: '5,50,500' },
      rounds: { type: 'string', default: '9' },
      seconds: { type: 'string', default: '4' },
      hits: { type: 'string', default: '10000' },
      connections: { type: 'string', default: '64' },
      others: { type: 'string', default: '200' },
    },
  })
  if (values.help) return 'help'
  return {
    delaysMs: listOption(values.delays).map((text) => numberOption('delays', text)),
    rounds: numberOption('rounds', values.rounds),
    seconds: numberOption('seconds', values.seconds),
    // Long enough for leases, breakers and connections to have settled with the new delay.
    warmUpSeconds: 3,
    hits: numberOption('hits', values.hits),
    connections: numberOption('connections', values.connections),
    others: numberOption('others', values.others),
  }
}
