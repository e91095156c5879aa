import { parseArgs } from 'node:util'
import { listOption } from '../harness/read-option.ts'

export interface ScaleOptions {
  /** Names of the figures to take; empty: all. */
  only: readonly string[]
  quick: boolean
  /** A file of requests; null: keys are drawn. */
  trace: string | null
  /** Whether to put the tables into docs/scale.md. */
  write: boolean
}

export const USAGE = `npm run bench:scale -- [options]
  --only a,b      only these: ring, capacity, following, memory, redis-costs, polling, model-check, registry
  --quick         few cases of each: a first look
  --trace file    requests to replay: big-endian int32 each (int64 where the name begins with scarab), gzip or not
  --write         puts the tables into docs/scale.md`

/** Reads the command line. Throws TypeError on an option that is none. */
export function readOptions(args: readonly string[]): ScaleOptions | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
      quick: { type: 'boolean', default: false },
      trace: { type: 'string' },
      write: { type: 'boolean', default: false },
    },
  })
  if (values.help) return 'help'
  return { only: listOption(values.only), quick: values.quick, trace: values.trace ?? null, write: values.write }
}
