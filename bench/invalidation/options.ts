import { parseArgs } from 'node:util'
import { listOption, numberOption } from '../harness/read-option.ts'

export interface FigureOptions {
  /** Names of the figures to take; empty: all. */
  only: readonly string[]
  nodes: number
  /** Entries that are cached, where it matters how many. */
  entries: number
  /** How long the soak runs. */
  minutes: number
  /** Rounds of what is measured side by side. */
  rounds: number
  /** Reads a second during the soak. */
  reads: number
  /** Names that the soak's keys are drawn from, as a multiple of the entries: what is invalidated need not be cached. */
  spread: number
}

export const USAGE = `npm run bench:invalidation -- [options]
  --only a,b      only these: acknowledge, throughput, soak, restart, reach
  --nodes n       default 3
  --entries n     default 100,000; what is promised is meant for 1,000,000
  --minutes n     of the soak, default 1; what is promised is meant for 10
  --rounds n      default 9
  --reads n       keys a second during the soak, default 10,000
  --spread n      names that the soak's keys are drawn from, as a multiple of the entries, default 1`

/** Reads the command line. Throws TypeError on an option or a number that is none. */
export function readOptions(args: readonly string[]): FigureOptions | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
      nodes: { type: 'string', default: '3' },
      entries: { type: 'string', default: '100000' },
      minutes: { type: 'string', default: '1' },
      rounds: { type: 'string', default: '9' },
      reads: { type: 'string', default: '10000' },
      spread: { type: 'string', default: '1' },
    },
  })
  if (values.help) return 'help'
  return {
    only: listOption(values.only),
    nodes: numberOption('nodes', values.nodes),
    entries: numberOption('entries', values.entries),
    minutes: numberOption('minutes', values.minutes),
    rounds: numberOption('rounds', values.rounds),
    reads: numberOption('reads', values.reads),
    spread: numberOption('spread', values.spread),
  }
}
