import type { Clock } from '@freshet/core/clock'
import { namespaceOf } from '@freshet/core/keys/cache-key'
import { createNodeConnector } from '@freshet/tls/node-connector'
import type { TlsIdentity } from '@freshet/tls/tls-identity'
import type { ControlState } from '../control-state.ts'
import type { NodeEnv } from '../env.ts'
import type { Recorder } from '../metrics/recorder.ts'
import type { Complain } from '../quietly.ts'
import { HttpPeers } from './http-peers.ts'
import type { PeerDirectory } from './peer-directory.ts'

/** Where a namespace has no origin, the owner has nothing to wait for but Redis. */
const NO_LOAD_MS = 1_000

export interface PeerParts {
  env: NodeEnv
  clock: Clock
  membership: PeerDirectory
  tls: TlsIdentity
  /** access/internal-token.ts */
  token: string
  control: ControlState
  recorder: Recorder
  complain: Complain
}

/** The other nodes, from this node's settings. */
export function composePeers(parts: PeerParts): HttpPeers {
  const { env, clock, membership, tls, token, control, recorder, complain } = parts
  return new HttpPeers({
    directory: membership,
    clock,
    internalToken: token,
    connect: createNodeConnector(tls),
    maxConnections: env.FRESHET_PEER_CONNECTIONS,
    silenceMs: env.FRESHET_PEER_SILENCE_MS,
    maxValueBytes: env.FRESHET_MAX_VALUE_BYTES,
    maxBatchBytes: env.FRESHET_MAX_BATCH_BYTES,
    loadLimitMs: (key) => control.policyOf(namespaceOf(key)).origin?.deadlineMs ?? NO_LOAD_MS,
    counters: recorder.peers,
    onLost: (node, error) => complain(`peer ${node}`, error),
  })
}
