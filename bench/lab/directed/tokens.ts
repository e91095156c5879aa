import { ASIDE_NAMESPACE } from '../cluster/policies.ts'
import type { Scenario } from './scenario.ts'

/** Clients that load for themselves. */
export const TOKENS: readonly Scenario[] = [
  {
    guard: 'token',
    story:
      'a client holds the lease of a miss and has read the source; the key is invalidated by all; the client writes',
    namespace: ASIDE_NAMESPACE,
    async play(scene) {
      const { b, key } = scene
      const { client } = b
      const missed = await scene.cluster.oracle.read(client, key, { 'freshet-lease': 'request' })
      if (missed.lease === '') throw new Error('nobody was given the lease of a miss')
      const read = String(scene.cluster.oracle.rows.of(key).committed)
      await scene.change()
      await client.request('PUT', key, read, { 'freshet-lease': missed.lease, 'content-type': 'text/plain' })
      await scene.decide(b)
    },
  },
]
