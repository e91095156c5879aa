import type { Observation } from '@freshet/core/contracts/findings'
import { type CheckSettings, failsOver } from './check-settings.ts'
import { hasOthers, neededFenceMs } from './fence.ts'
import { numberOf, type ServerFacts } from './server-facts.ts'

/**
 * What the log's server and this process must agree on where another server may be promoted (rules fence and waitRepl).
 * `fenceMs` is the one in use.
 */
export function judgeReplication(facts: ServerFacts, settings: CheckSettings, fenceMs: number): Observation[] {
  if (!hasOthers(facts, settings)) return []
  return [...judgeFence(facts, settings, fenceMs), ...judgeWait(facts, settings), ...judgeUpkeep(facts, settings)]
}

function judgeFence(facts: ServerFacts, settings: CheckSettings, fenceMs: number): Observation[] {
  const found: Observation[] = []
  const minReplicas = numberOf(facts, 'min-replicas-to-write')
  const maxLagS = numberOf(facts, 'min-replicas-max-lag')
  if (minReplicas === 0 || maxLagS === 0)
    found.push({
      code: failsOver(settings) ? 'primary_unfenced' : 'replicas_unfenced',
      message:
        'A primary that is cut off from its replicas goes on: it may renew leases while its successor acknowledges',
      remedy: `Set min-replicas-to-write to the number of replicas that may be promoted (${facts.replicas} are attached) and min-replicas-max-lag to 1, on every server`,
    })
  else if (minReplicas !== null && minReplicas < facts.replicas)
    found.push({
      code: 'fence_partial',
      message: `min-replicas-to-write is ${minReplicas} and ${facts.replicas} replicas are attached: a primary that keeps ${minReplicas} of them goes on while another is promoted`,
      remedy: `Set min-replicas-to-write to ${facts.replicas}, or replica-priority 0 on replicas that nobody may promote. Writes then stop while one of them is away`,
    })
  const neededMs = neededFenceMs(facts, settings)
  if (fenceMs < neededMs)
    found.push({
      code: 'fence_short',
      message: `The fence is ${fenceMs} ms, and a primary that was cut off may answer for ${neededMs} ms`,
      remedy: 'Leave FRESHET_FENCE_MS to auto, on every node and worker, and restart this process',
    })
  if (maxLagS !== null && maxLagS * 1_000 >= settings.leaseMs && minReplicas !== 0)
    found.push({
      code: 'replica_lag_long',
      message: `min-replicas-max-lag is ${maxLagS} s and the lease ${settings.leaseMs} ms: after a failover nothing is acknowledged for ${neededMs + settings.leaseMs} ms`,
      remedy: 'Set min-replicas-max-lag below the lease (1 with the usual 2 s)',
    })
  return found
}

function judgeWait({ replicas }: ServerFacts, { waitReplicas }: CheckSettings): Observation[] {
  if (waitReplicas === 'auto' || waitReplicas === replicas) return []
  if (waitReplicas < replicas)
    return [
      {
        code: 'wait_short',
        message: `Appends wait for ${waitReplicas} of ${replicas} replicas: one without them may be promoted`,
        remedy: 'Leave FRESHET_WAIT_REPLICAS to auto, on every node and worker',
      },
    ]
  return [
    {
      code: 'wait_impossible',
      message: `Appends wait for ${waitReplicas} replicas and ${replicas} are attached: every write is refused`,
      remedy: 'Bring the replicas back, or leave FRESHET_WAIT_REPLICAS to auto',
    },
  ]
}

function judgeUpkeep(facts: ServerFacts, settings: CheckSettings): Observation[] {
  const found: Observation[] = []
  const backlogTtlS = numberOf(facts, 'repl-backlog-ttl')
  if (backlogTtlS !== null && backlogTtlS > 0)
    found.push({
      code: 'backlog_expires',
      message: `repl-backlog-ttl is ${backlogTtlS} s: when the last replica has been away for so long, the log begins a new generation and all that is cached becomes stale at once`,
      remedy: 'Set repl-backlog-ttl 0',
    })
  if (facts.isCluster && failsOver(settings) && facts.config['cluster-require-full-coverage'] === 'yes')
    found.push({
      code: 'cluster_full_coverage',
      message: 'One master without replacement takes the whole cluster down, the log and all that is cached elsewhere',
      remedy: 'Set cluster-require-full-coverage no',
    })
  return found
}
