import { type CheckSettings, failsOver } from './check-settings.ts'
import { hasOthers, neededFenceMs } from './fence.ts'
import { numberOf, type ServerFacts } from './server-facts.ts'

/** Whether "never served as fresh after the acknowledgement" holds through a fault; null: nobody can tell. */
export interface Claim {
  holds: boolean | null
  why: string
}

export interface Promises {
  /** Redis ends and starts again, with or without what it held. */
  redisCrash: Claim
  /** A replica takes over that lacks writes which its primary had taken. */
  lostWrites: Claim
  /** A primary that was cut off goes on answering some of us while another takes over. */
  partitionedPrimary: Claim
}

/** Which promise this installation gives, with what the log's server said last (null: it was never reached). */
export function promisesOf(facts: ServerFacts | null, settings: CheckSettings, fenceMs: number): Promises {
  return {
    redisCrash: { holds: true, why: 'Another process of Redis is another generation of the log' },
    lostWrites: { holds: true, why: 'A promoted replica is another generation of the log' },
    partitionedPrimary: throughPartition(facts, settings, fenceMs),
  }
}

function throughPartition(facts: ServerFacts | null, settings: CheckSettings, fenceMs: number): Claim {
  if (facts === null) return { holds: null, why: 'The log has not been reached yet' }
  if (!hasOthers(facts, settings)) return { holds: true, why: 'There is one server, and nobody to take its place' }
  const minReplicas = numberOf(facts, 'min-replicas-to-write')
  const maxLagS = numberOf(facts, 'min-replicas-max-lag')
  if (minReplicas === null || maxLagS === null)
    return { holds: null, why: 'The server does not tell its min-replicas-to-write and min-replicas-max-lag' }
  if (minReplicas === 0 || maxLagS === 0)
    return { holds: false, why: 'A primary without replicas goes on (min-replicas-to-write 0)' }
  if (minReplicas < facts.replicas)
    return { holds: false, why: `A primary with ${minReplicas} of its ${facts.replicas} replicas goes on` }
  const waited = settings.waitReplicas === 'auto' ? minReplicas : settings.waitReplicas
  if (waited < facts.replicas) return { holds: false, why: `Appends wait for ${waited} of ${facts.replicas} replicas` }
  if (fenceMs < neededFenceMs(facts, settings)) return { holds: false, why: `The fence of ${fenceMs} ms is too short` }
  const by = failsOver(settings) ? '' : ', whoever promotes them'
  return { holds: true, why: `A primary stops without its replicas, and appends wait for ${waited} of them${by}` }
}
