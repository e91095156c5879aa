import { randomBytes } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { internalToken } from '@freshet/core/access/internal-token'
import { deriveKey } from '@freshet/core/access/secrets'
import { systemClock } from '@freshet/core/clock'
import { ClusterClock } from '@freshet/core/coherence/cluster-clock'
import { Follower, type Instant } from '@freshet/core/coherence/follower'
import { AppError } from '@freshet/core/errors/app-error'
import { attemptWithin } from '@freshet/core/within'
import { createKeyLister } from '@freshet/redis/key-lister'
import { RedisTier } from '@freshet/redis/l2-tier'
import { createNodeConnector } from '@freshet/tls/node-connector'
import { TlsIdentity } from '@freshet/tls/tls-identity'
import type { Logger } from 'pino'
import { ChangeFeed } from './change-feed.ts'
import { composeCache } from './compose-cache.ts'
import { composeControl } from './compose-control.ts'
import { composeInvalidation } from './compose-invalidation.ts'
import { composeLog } from './compose-log.ts'
import { composeTail } from './compose-tail.ts'
import { drainConnections } from './drain-connections.ts'
import type { NodeEnv } from './env.ts'
import { composeServer } from './http/compose-server.ts'
import { composeMembership } from './membership/compose-membership.ts'
import { MemberGauges } from './metrics/member-gauges.ts'
import { nodeDocumentReader } from './metrics/node-document.ts'
import { processMetricsReader } from './metrics/process-metrics.ts'
import { Recorder } from './metrics/recorder.ts'
import { watchMembers } from './metrics/watch-members.ts'
import { composePeers } from './peers/compose-peers.ts'
import { ForwardedReads } from './peers/forwarded-reads.ts'
import { quietly } from './quietly.ts'
import { connectAll } from './redis-connections.ts'
import { beginChecks } from './startup-checks/begin-checks.ts'
import { VERSION } from './version.ts'

/** How long a node that leaves may take to tell the others. */
const TELLING_MS = 500
/** How long goodbyes to Redis, and loads that nobody waits for any more, may take once all connections are gone. */
const GOODBYE_MS = 1_000

export interface RunningNode {
  /** Where it listens, e.g. `http://127.0.0.1:9400`. */
  url: string
  /**
   * Leaves in good order: out of the ring, connections drained, then everything closed. Takes FRESHET_DRAIN_MS and a
   * second at most, whatever clients, Redis and origins do.
   */
  stop(): Promise<void>
}

/** Composes a node from its settings and starts it. Resolves when it listens; `/readyz` says when it is coherent. */
export async function startNode(env: NodeEnv, logger: Logger): Promise<RunningNode> {
  const clock = systemClock
  const instant = (): Instant => ({ monotonicMs: clock.monotonicMs(), wallMs: clock.wallMs() })
  const incarnation = randomBytes(6).toString('hex')
  const node = { id: env.nodeId, incarnation, url: '', version: VERSION, startedAt: clock.wallMs() }
  const token = internalToken(deriveKey(env.FRESHET_SECRET, 'node-to-node'))
  const complain = quietly(logger, clock)
  const tls = new TlsIdentity(env.tls)
  tls.start((error) => complain('tls files', error))

  const connections = connectAll(env, (what) => (error) => complain(`redis ${what}`, error))
  await connections.settle(1_000)
  const checks = await beginChecks(env, connections, clock, logger).catch((error: unknown) => {
    connections.close()
    throw error
  })
  const { fenceMs } = checks
  const readChecks = () => checks.report

  const clusterClock = new ClusterClock(clock)
  const follower = new Follower(env.FRESHET_LEASE_MS, undefined, fenceMs)
  const recorder = new Recorder((operation, error) => complain(`l2 ${operation}`, error))
  const basics = { clock, clusterClock, follower, recorder, instant, complain }
  const common = { env, connections, ...basics }

  const { control, origins, feed } = composeControl({ ...common, logger })
  const { members, log } = composeLog({ ...common, incarnation })
  const { membership, ringFacts, ...others } = composeMembership({
    ...common,
    node,
    members,
    connect: createNodeConnector(tls),
  })
  const peers = composePeers({ ...common, membership, tls, token, control })
  const secondTier = new RedisTier(connections.l2, env.FRESHET_MAX_VALUE_BYTES)
  const tiers = composeCache({ ...common, log, shared: secondTier, peers, control, origins })
  const { cache, writer, memory } = tiers
  membership.onChange(() => tiers.settling.ringChanged())

  const stopping = new AbortController()
  const invalidation = composeInvalidation({ ...common, fenceMs, members, log, writer, stopping: stopping.signal })
  const { epochs } = invalidation
  const changes = new ChangeFeed(instant, env.FRESHET_LEASE_MS)
  const tail = composeTail({ ...common, ...tiers, ...invalidation, log, changes })

  const memberGauges = new MemberGauges()
  let countConnections = () => 0
  const services = {
    ...basics,
    ...invalidation,
    ...others,
    cache,
    writer,
    changes,
    control,
    membership,
    forwardedReads: new ForwardedReads({ nodeId: node.id, cache, follower, epochs, instant, counters: recorder.peers }),
    listKeys: createKeyLister(connections.browse),
    readMetrics: nodeDocumentReader({
      node,
      recorder,
      follower,
      memory,
      shared: tiers.shared,
      limits: tiers.limits,
      instant,
      lastPoll: () => tail.lastPoll,
      loadsInFlight: () => cache.loader.inFlight,
      connections: () => countConnections(),
      controlRevision: () => control.revision,
      members: memberGauges,
      ring: ringFacts,
      origins: () => origins.statuses(),
    }),
    readProcessMetrics: processMetricsReader(readChecks, tls),
    isDraining: () => membership.draining,
    isControlKnown: () => feed.known,
    readChecks,
    version: VERSION,
  }
  const { app, server, lane } = await composeServer({ env, services, token, tls, logger })
  countConnections = () => lane.connectionCount

  const stopWatching = watchMembers(members, env.FRESHET_LEASE_MS, memberGauges, changes)
  feed.start()
  await tail.start()
  await app.listen({ host: env.FRESHET_NODE_HOST, port: env.FRESHET_NODE_PORT })
  const { port } = server.address() as AddressInfo
  node.url = env.FRESHET_NODE_URL ?? `${tls.isServer ? 'https' : 'http'}://${env.FRESHET_NODE_HOST}:${port}`
  membership.start()

  return {
    url: node.url,
    async stop() {
      const endsAtMs = clock.monotonicMs() + env.FRESHET_DRAIN_MS
      // The others hear of it before anybody is refused. Within bounds: a Redis that hangs must not take the time that
      // requests have.
      await attemptWithin(membership.depart(), Math.min(TELLING_MS, env.FRESHET_DRAIN_MS / 4))
      await drainConnections(server, lane, endsAtMs - clock.monotonicMs())
      const withdrawn = membership.leave()
      feed.stop()
      checks.stop()
      tls.stop()
      peers.destroy()
      tiers.settling.stop()
      stopWatching()
      stopping.abort(new AppError('draining', 'This node is shutting down'))
      // The last poll first: one that came after would put us on the list of members again.
      const left = tail.stop().then(() => log.leave().catch((error) => complain('log leave', error)))
      await attemptWithin(Promise.all([withdrawn, left, origins.closeAll(), app.close()]), GOODBYE_MS)
      await attemptWithin(invalidation.queue.close(), GOODBYE_MS)
      connections.close()
    },
  }
}
