import { deriveKey } from '@freshet/core/access/secrets'
import type { Clock } from '@freshet/core/clock'
import { ControlFeed } from '@freshet/redis/control-feed'
import type { Logger } from 'pino'
import { ControlState } from './control-state.ts'
import type { NodeEnv } from './env.ts'
import { OriginRegistry } from './origins/origin-registry.ts'
import type { Complain } from './quietly.ts'
import type { NodeConnections } from './redis-connections.ts'

/** A doorbell that was lost costs a change this much, milliseconds: a revoked key is dead within two seconds. */
const POLL_MS = 500

export interface ControlParts {
  env: NodeEnv
  connections: Pick<NodeConnections, 'control' | 'log'>
  clock: Clock
  logger: Logger
  complain: Complain
}

/** What the control plane says, the origins that it names, and what brings news of both once it is started. */
export function composeControl({ env, connections, clock, logger, complain }: ControlParts) {
  const control = new ControlState(env.FRESHET_DECLARED_NAMESPACES_ONLY)
  const origins = new OriginRegistry({
    secretsKey: deriveKey(env.FRESHET_SECRET, 'origin-secrets'),
    allow: env.FRESHET_ORIGIN_ALLOW,
    clock,
    logger,
  })
  const feed = new ControlFeed({
    redis: connections.control,
    doorbell: connections.log.doorbell,
    pollMs: POLL_MS,
    onDocument: (document) => {
      control.adopt(document)
      origins.adopt(document.namespaces)
      logger.info({ revision: document.revision, namespaces: document.namespaces.length }, 'control document adopted')
    },
    onError: (error) => complain('control document', error),
  })
  return { control, origins, feed }
}
