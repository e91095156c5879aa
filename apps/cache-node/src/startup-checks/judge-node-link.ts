import type { Observation } from '@freshet/core/contracts/findings'
import { isLoopback } from '@freshet/redis/checks/judge-links'
import type { NodeEnv } from '../env.ts'

/** What the node's own address says of the way to it: credentials and values travel there. */
export function judgeNodeLink(env: Pick<NodeEnv, 'FRESHET_NODE_HOST' | 'tls'>): Observation[] {
  if (env.tls.certFile !== null || isLoopback(env.FRESHET_NODE_HOST)) return []
  return [
    {
      code: 'node_without_tls',
      message: `The node listens on ${env.FRESHET_NODE_HOST} without TLS: API keys and values can be read on the way`,
      remedy:
        'Give it a certificate (FRESHET_TLS_CERT_FILE, FRESHET_TLS_KEY_FILE), or end TLS in a proxy within a private network',
    },
  ]
}
