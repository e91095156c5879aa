import type { Observation } from '@freshet/core/contracts/findings'
import type { CheckSettings } from './check-settings.ts'
import { CONFIG_NAMES, type ServerFacts } from './server-facts.ts'

const OLDEST = [6, 2] as const
const MAX_SKEW_MS = 2_000

/** What the server of the log and the queues must be by itself. */
export function judgeLogServer(facts: ServerFacts): Observation[] {
  return [...judgeVersion(facts, 'REDIS_URL'), ...judgeKeeping(facts), ...judgeSight(facts)]
}

export function judgeVersion({ version }: ServerFacts, variable: string): Observation[] {
  if (version === null) return []
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return []
  return [
    {
      code: 'redis_too_old',
      message: `${variable} is Redis ${version}, and the scripts need ${OLDEST.join('.')}`,
      remedy: 'Upgrade it, or use Valkey',
    },
  ]
}

function judgeKeeping(facts: ServerFacts): Observation[] {
  const found: Observation[] = []
  if (facts.maxMemoryPolicy !== 'noeviction')
    found.push({
      code: 'log_evicts',
      message: `REDIS_URL evicts (${facts.maxMemoryPolicy}): it may forget records that were acknowledged and jobs that wait`,
      remedy: 'Set maxmemory-policy noeviction there, and give the second tier a server of its own',
    })
  if (!facts.hasAppendOnlyFile && facts.replicas === 0)
    found.push({
      code: 'log_not_persistent',
      message: 'REDIS_URL keeps nothing across a restart: jobs that wait and records that were not archived are lost',
      remedy: 'Set appendonly yes',
    })
  if (facts.hasAppendOnlyFile && facts.config.appendfsync === 'no')
    found.push({
      code: 'log_never_synced',
      message: 'appendfsync is no: a power failure loses what the operating system had not written yet',
      remedy: 'Set appendfsync everysec',
    })
  return found
}

function judgeSight(facts: ServerFacts): Observation[] {
  const found: Observation[] = []
  const unread = CONFIG_NAMES.filter((name) => facts.config[name] === null)
  if (unread.length > 0)
    found.push({
      code: 'config_unreadable',
      message: `The account of REDIS_URL may not read ${unread.join(', ')}: nobody checks them`,
      remedy:
        'Grant it +config|get, or look for yourself and set FRESHET_FENCE_MS and FRESHET_WAIT_REPLICAS where there are replicas',
    })
  if (Math.abs(facts.clockOffsetMs) > MAX_SKEW_MS)
    found.push({
      code: 'clock_skew',
      message: `This machine's clock and that of REDIS_URL differ by ${Math.round(facts.clockOffsetMs)} ms: keys and tokens expire at different times on different machines`,
      remedy: 'Run NTP on all machines',
    })
  return found
}

/** Members of the log whose lease is not ours: the longest one is what every acknowledgement waits for. */
export function judgeLeases(
  members: readonly { nodeId: string; leaseMs: number }[],
  { leaseMs }: Pick<CheckSettings, 'leaseMs'>,
): Observation[] {
  const others = members.filter((member) => member.leaseMs !== leaseMs)
  if (others.length === 0) return []
  const named = others.slice(0, 5).map((member) => `${member.nodeId}: ${member.leaseMs}`)
  return [
    {
      code: 'lease_differs',
      message: `The lease is ${leaseMs} ms here and another elsewhere (${named.join(', ')})`,
      remedy: 'Give every node and worker the same FRESHET_LEASE_MS',
    },
  ]
}
