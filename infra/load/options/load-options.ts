import { parseArgs } from 'node:util'
import type { KeySpaceOptions } from '../keys/key-space.ts'
import type { Operation } from '../run/operation.ts'
import { OPERATIONS } from '../run/operation.ts'
import type { Limits } from '../run/verdict.ts'
import {
  bytesOption,
  countOption,
  mixOption,
  namespacesOption,
  numberOption,
  OptionError,
  shareOption,
} from './read-option.ts'

export interface LoadOptions extends KeySpaceOptions {
  url: string | undefined
  key: string | undefined
  ratePerSecond: number
  durationMs: number
  mix: Record<Operation, number>
  /** Exponent of the keys' popularity. */
  zipf: number
  /** A file of keys, one in a line, instead of a law. */
  trace: string | null
  routing: 'ring' | 'any'
  ttlMs: number
  maxInFlight: number
  limits: Limits
  json: string | null
}

export const LOAD_USAGE = `npm run load -- [options]
Sends requests at a rate, whether answers come or not, and judges every read: what an acknowledged change ended must not
come back. Exit code 1 when a read was stale, or a limit is exceeded.
  --url a,b           nodes, or a balancer; default FRESHET_URL, else what npm start wrote down
  --key fk_...        an API key that may read, write and invalidate; default FRESHET_API_KEY, else the demo's
  --rate n            requests per second, default 500
  --seconds n         default 30
  --mix a=n,b=n       shares, default read=95,write=3,invalidate=2
  --count n           keys, default 10000
  --namespaces a,b    they are dealt to these, default load
  --size bytes        mean size of a value, default 2kb
  --zipf x            exponent of the keys' popularity, default 0.9; 0: all alike
  --trace file        keys to ask for, one in a line, in this order and again from the start
  --routing ring|any  ring (default): each key is asked of its owner; any: of the given addresses in turn
  --ttl seconds       of what is written, default 3600
  --in-flight n       requests under way at most, default 2000; more are left out, and counted
  --seed n            of sizes and of the choice of keys, default 1
  --max-p99 ms        fails above this, of reads
  --max-errors share  fails above this share of all requests, such as 0.1%; default 1%
  --json file         figures for programs`

/** Reads the command line. Throws OptionError, or TypeError on an option that there is none of. */
export function readLoadOptions(args: readonly string[]): LoadOptions | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', default: false },
      url: { type: 'string' },
      key: { type: 'string' },
      rate: { type: 'string', default: '500' },
      seconds: { type: 'string', default: '30' },
      mix: { type: 'string', default: 'read=95,write=3,invalidate=2' },
      count: { type: 'string', default: '10000' },
      namespaces: { type: 'string', default: 'load' },
      size: { type: 'string', default: '2kb' },
      zipf: { type: 'string', default: '0.9' },
      trace: { type: 'string' },
      routing: { type: 'string', default: 'ring' },
      ttl: { type: 'string', default: '3600' },
      'in-flight': { type: 'string', default: '2000' },
      seed: { type: 'string', default: '1' },
      'max-p99': { type: 'string' },
      'max-errors': { type: 'string', default: '1%' },
      json: { type: 'string' },
    },
  })
  if (values.help) return 'help'
  const { routing } = values
  if (routing !== 'ring' && routing !== 'any') throw new OptionError(`--routing is ring or any, not "${routing}"`)
  const maxP99 = values['max-p99']
  return {
    url: values.url,
    key: values.key,
    ratePerSecond: numberOption('rate', values.rate, { min: 0.1, max: 1_000_000 }),
    durationMs: numberOption('seconds', values.seconds, { min: 0.1 }) * 1_000,
    mix: mixOption('mix', values.mix, OPERATIONS),
    count: countOption('count', values.count, { min: 1, max: 10_000_000 }),
    namespaces: namespacesOption('namespaces', values.namespaces),
    meanBytes: bytesOption('size', values.size),
    zipf: numberOption('zipf', values.zipf, { max: 5 }),
    trace: values.trace ?? null,
    routing,
    ttlMs: countOption('ttl', values.ttl) * 1_000,
    maxInFlight: countOption('in-flight', values['in-flight']),
    seed: countOption('seed', values.seed, { min: 0 }),
    limits: {
      p99Ms: maxP99 === undefined ? null : numberOption('max-p99', maxP99),
      errorShare: shareOption('max-errors', values['max-errors']),
    },
    json: values.json ?? null,
  }
}
