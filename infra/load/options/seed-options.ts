import { parseArgs } from 'node:util'
import type { KeySpaceOptions } from '../keys/key-space.ts'
import { bytesOption, countOption, namespacesOption } from './read-option.ts'

export interface SeedOptions extends KeySpaceOptions {
  url: string | undefined
  key: string | undefined
  ttlMs: number
}

export const SEED_USAGE = `npm run seed -- [options]
Fills a running installation with data, through its API: keys of several namespaces, sizes as they are on the web, tags.
npm run load with the same --count, --namespaces, --size and --seed reads what was written.
  --url a,b           nodes, or a balancer; default FRESHET_URL, else what npm start wrote down
  --key fk_...        an API key that may write; default FRESHET_API_KEY, else the demo's
  --count n           keys, default 10000
  --namespaces a,b    they are dealt to these, default load
  --size bytes        mean size of a value, default 2kb
  --ttl seconds       how long they are fresh, default 86400
  --seed n            of sizes, default 1`

/** Reads the command line. Throws OptionError, or TypeError on an option that there is none of. */
export function readSeedOptions(args: readonly string[]): SeedOptions | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', default: false },
      url: { type: 'string' },
      key: { type: 'string' },
      count: { type: 'string', default: '10000' },
      namespaces: { type: 'string', default: 'load' },
      size: { type: 'string', default: '2kb' },
      ttl: { type: 'string', default: '86400' },
      seed: { type: 'string', default: '1' },
    },
  })
  if (values.help) return 'help'
  return {
    url: values.url,
    key: values.key,
    count: countOption('count', values.count, { min: 1, max: 10_000_000 }),
    namespaces: namespacesOption('namespaces', values.namespaces),
    meanBytes: bytesOption('size', values.size),
    ttlMs: countOption('ttl', values.ttl) * 1_000,
    seed: countOption('seed', values.seed, { min: 0 }),
  }
}
