import type { Clock } from '@freshet/core/clock'
import { type Finding, type Observation, rate } from '@freshet/core/contracts/findings'
import { attemptWithin } from '@freshet/core/within'
import type { RedisLogMembers } from '../log/members.ts'
import type { CheckSettings } from './check-settings.ts'
import { fenceMsOf } from './fence.ts'
import { judgeLink } from './judge-links.ts'
import { judgeLeases, judgeLogServer } from './judge-log-server.ts'
import { judgeReplication } from './judge-replication.ts'
import { judgeSecondTier } from './judge-second-tier.ts'
import { type Promises, promisesOf } from './promises.ts'
import { type AskedServer, readServerFacts } from './read-server-facts.ts'
import type { ServerFacts } from './server-facts.ts'

export interface RedisChecksDeps {
  log: AskedServer
  l2: AskedServer
  members: Pick<RedisLogMembers, 'members'>
  settings: CheckSettings
  clock: Pick<Clock, 'wallMs'>
  /** What the process has seen of its own settings. */
  own?: readonly Observation[]
  /** Milliseconds for each server to answer. */
  patienceMs: number
}

export interface CheckReport {
  findings: readonly Finding[]
  promises: Promises
}

/** Looks at the servers that a process was given, and says what is wrong with them and what may be promised on them. */
export class RedisChecks {
  private readonly deps: RedisChecksDeps
  private chosenFenceMs: number | null = null
  /** As last read: while Redis is away, its configuration is what it was. */
  private facts: ServerFacts | null = null

  constructor(deps: RedisChecksDeps) {
    this.deps = deps
  }

  /** Milliseconds; chosen by the first look, and the same ever after: what has begun with one fence cannot take another. */
  get fenceMs(): number {
    return this.chosenFenceMs ?? fenceMsOf(this.facts, this.deps.settings)
  }

  async look(): Promise<CheckReport> {
    const { settings, patienceMs } = this.deps
    const read = (redis: AskedServer) => attemptWithin(readServerFacts(redis, this.deps.clock), patienceMs)
    const [log, l2, table] = await Promise.all([
      read(this.deps.log),
      read(this.deps.l2),
      attemptWithin(this.deps.members.members(), patienceMs),
    ])
    this.facts = log ?? this.facts
    this.chosenFenceMs ??= fenceMsOf(this.facts, settings)
    const seen: Observation[] = [
      ...(this.deps.own ?? []),
      ...judgeLinks(settings),
      ...(log === null ? [unreadable('REDIS_URL')] : judgeLogServer(log)),
      ...(log === null ? [] : judgeReplication(log, settings, this.fenceMs)),
      ...(l2 === null ? [unreadable('L2_REDIS_URL')] : judgeSecondTier(l2, log, settings)),
      ...judgeLeases(table?.members ?? [], settings),
    ]
    return {
      findings: seen.map((observation) => rate(observation, settings.environment, settings.accepted)),
      promises: promisesOf(this.facts, settings, this.fenceMs),
    }
  }
}

function judgeLinks({ redisUrl, l2RedisUrl }: CheckSettings): Observation[] {
  const log = judgeLink('REDIS_URL', redisUrl)
  return l2RedisUrl === redisUrl ? log : [...log, ...judgeLink('L2_REDIS_URL', l2RedisUrl)]
}

function unreadable(variable: string): Observation {
  return {
    code: 'redis_unreadable',
    message: `${variable} did not say how it is configured: it is away, or its account may not run INFO and TIME`,
    remedy: 'Bring it back, or grant +info and +time; it is looked at again each minute',
  }
}
