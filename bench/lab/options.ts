import { parseArgs } from 'node:util'

export interface LabOptions {
  /** What to run; all of them by default. */
  parts: ReadonlySet<Part>
  /** Checked reads of the chaos run. */
  reads: number
  /** How often each kind of fault must strike. */
  faults: number
  leaseMs: number
  seed: number
  /** Readers of each node. */
  readers: number
  /** After so much time the chaos run ends, whatever was reached, minutes. */
  limitMinutes: number
}

const PARTS = ['directed', 'mutants', 'chaos', 'membership', 'failover', 'single-flight'] as const
type Part = (typeof PARTS)[number]

export const USAGE = `npm run lab -- [options]
Real processes, forced interleavings and faults, an oracle that knows what was acknowledged. Without options: everything.
  --directed          only the forced interleavings, on the real build
  --mutants           only builds without a guard, each through its interleaving: every one must be caught
  --chaos             only the long run under random faults
  --membership        only three and five nodes, of which one is killed, one added and one drained under load
  --failover          only Redis servers that are lost: a Sentinel's master, masters of a Cluster
  --single-flight     only ten thousand reads of one cold key over five nodes, and again with its owner killed
  --reads n           checked reads of the long run, default 1,000,000
  --faults n          how often each kind of fault must strike, default 5
  --lease ms          lease of the nodes in the long runs, default 800
  --readers n         readers of each node, default 8
  --seed n            of the choice of faults and keys, default: another each time
  --limit minutes     the long run fails when it is not through by then, default 60`

/** Reads the command line. Throws TypeError on one it does not know. */
export function readOptions(args: readonly string[]): LabOptions | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', default: false },
      directed: { type: 'boolean', default: false },
      mutants: { type: 'boolean', default: false },
      chaos: { type: 'boolean', default: false },
      membership: { type: 'boolean', default: false },
      failover: { type: 'boolean', default: false },
      'single-flight': { type: 'boolean', default: false },
      reads: { type: 'string', default: '1000000' },
      faults: { type: 'string', default: '5' },
      lease: { type: 'string', default: '800' },
      readers: { type: 'string', default: '8' },
      seed: { type: 'string' },
      limit: { type: 'string', default: '60' },
    },
  })
  if (values.help) return 'help'
  const chosen = PARTS.filter((part) => values[part])
  return {
    parts: new Set(chosen.length > 0 ? chosen : PARTS),
    reads: count('reads', values.reads),
    faults: count('faults', values.faults),
    leaseMs: count('lease', values.lease),
    readers: count('readers', values.readers),
    seed: values.seed === undefined ? Math.floor(Math.random() * 2 ** 32) : count('seed', values.seed),
    limitMinutes: count('limit', values.limit),
  }
}

function count(name: string, text: string): number {
  const n = Number(text)
  if (!Number.isInteger(n) || n < 0) throw new TypeError(`--${name} is a whole number, not "${text}"`)
  return n
}
