import { randomBytes } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { internalToken } from '@freshet/core/access/internal-token'
import { deriveKey } from '@freshet/core/access/secrets'
import { systemClock } from '@freshet/core/clock'
import { ClusterClock } from '@freshet/core/coherence/cluster-clock'
import { Follower, type Instant } from '@freshet/core/coherence/follower'
import { LogTail } from '@freshet/core/coherence/log-tail'
import { AppError } from '@freshet/core/errors/app-error'
import { attemptWithin } from '@freshet/core/within'
import { ControlFeed } from '@freshet/redis/control-feed'
import { RedisInvalidationLog } from '@freshet/redis/invalidation-log'
import { createKeyLister } from '@freshet/redis/key-lister'
import { RedisTier } from '@freshet/redis/l2-tier'
import { registerCertificateGauge } from '@freshet/tls/certificate-gauge'
import { createNodeConnector } from '@freshet/tls/node-connector'
import { TlsIdentity } from '@freshet/tls/tls-identity'
import type { Logger } from 'pino'
import { collectDefaultMetrics, Registry } from 'prom-client'
import { ChangeFeed } from './change-feed.ts'
import { composeCache } from './compose-cache.ts'
import { composeInvalidation } from './compose-invalidation.ts'
import { ControlState } from './control-state.ts'
import { drainConnections } from './drain-connections.ts'
import type { NodeEnv } from './env.ts'
import { createAccess } from './http/access.ts'
import { Authenticator } from './http/auth/authenticator.ts'
import { createJwtVerifier } from './http/auth/jwt-verifier.ts'
import { RateLimits } from './http/auth/rate-limits.ts'
import { attachLane } from './http/lane/lane.ts'
import { createRequestIds } from './http/request-id.ts'
import { serveFromLane } from './http/serve-from-lane.ts'
import { buildServer } from './http/server.ts'
import { MeasuredLog } from './measured-log.ts'
import { composeMembership } from './membership/compose-membership.ts'
import { MemberGauges } from './metrics/member-gauges.ts'
import { nodeDocumentReader } from './metrics/node-document.ts'
import { Recorder } from './metrics/recorder.ts'
import { OriginRegistry } from './origins/origin-registry.ts'
import { composePeers } from './peers/compose-peers.ts'
import { ForwardedReads } from './peers/forwarded-reads.ts'
import { quietly } from './quietly.ts'
import { connectAll } from './redis-connections.ts'
import { beginChecks } from './startup-checks/begin-checks.ts'
import { registerCheckGauges } from './startup-checks/check-gauges.ts'
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
  const startedAt = clock.wallMs()
  const complain = quietly(logger, clock)
  const tls = new TlsIdentity(env.tls)
  tls.start((error) => complain('tls files', error))
  const connections = connectAll(env, (what) => (error) => complain(`redis ${what}`, error))

  await connections.settle(1_000)
  const checks = await beginChecks(env, connections, clock, logger).catch((error: unknown) => {
    connections.close()
    throw error
  })

  const clusterClock = new ClusterClock(clock)
  const follower = new Follower(env.FRESHET_LEASE_MS, undefined, checks.fenceMs)
  const control = new ControlState(env.FRESHET_DECLARED_NAMESPACES_ONLY)
  const recorder = new Recorder((operation, error) => complain(`l2 ${operation}`, error))
  const secondTier = new RedisTier(connections.l2, env.FRESHET_MAX_VALUE_BYTES)
  const logMembership = new RedisInvalidationLog({
    ...connections.log,
    nodeId: env.nodeId,
    incarnation,
    leaseMs: env.FRESHET_LEASE_MS,
    maxRecords: env.FRESHET_LOG_MAX_RECORDS,
    pageSize: 1_000,
    // Shorter than its connection's patience.
    replicas: { wanted: env.FRESHET_WAIT_REPLICAS, withinMs: env.FRESHET_LEASE_MS / 4 },
  })
  const log = new MeasuredLog(logMembership, clock, recorder.propagation, () => recorder.logErrors++)
  const origins = new OriginRegistry({
    secretsKey: deriveKey(env.FRESHET_SECRET, 'origin-secrets'),
    allow: env.FRESHET_ORIGIN_ALLOW,
    clock,
    logger,
  })
  const node = { id: env.nodeId, incarnation, url: '', version: VERSION, startedAt }
  const { membership, readNodeList, drainElsewhere, ringFacts } = composeMembership({
    env,
    connections,
    node,
    follower,
    instant,
    members: logMembership,
    connect: createNodeConnector(tls),
    complain,
  })
  const token = internalToken(deriveKey(env.FRESHET_SECRET, 'node-to-node'))
  const peers = composePeers({ env, clock, membership, tls, token, control, recorder, complain })
  const { memory, shared, limits, cache, writer, memorySweep, settling } = composeCache({
    env,
    clock,
    clusterClock,
    follower,
    log,
    shared: secondTier,
    peers,
    control,
    origins,
    recorder,
    instant,
  })
  membership.onChange(() => settling.ringChanged())
  const stopping = new AbortController()
  const invalidation = composeInvalidation({
    env,
    fenceMs: checks.fenceMs,
    connections,
    members: logMembership,
    log,
    follower,
    writer,
    clock,
    clusterClock,
    complain,
    stopping: stopping.signal,
  })
  const changes = new ChangeFeed(instant, env.FRESHET_LEASE_MS)
  const tail = new LogTail({
    log,
    follower,
    memory,
    clock,
    clusterClock,
    leaseMs: env.FRESHET_LEASE_MS,
    onApplied: (applied, epoch, reply, sentAt) => {
      changes.noteApplied(reply, epoch, sentAt)
      recorder.invalidationsApplied += applied.records
      log.noteApplied(follower.generation, epoch)
      if (follower.generation !== null) invalidation.acknowledger.observe(follower.generation)
      invalidation.epochs.noteApplied()
    },
    onSwept: (generation, epoch) => memorySweep.fold(generation, epoch),
    onError: (error) => {
      recorder.logErrors++
      complain('log poll', error)
    },
  })

  const authenticator = new Authenticator({
    apiKeys: () => control.apiKeys,
    pepper: deriveKey(env.FRESHET_SECRET, 'api-key-hash'),
    internalToken: token,
    verifyJwt: env.jwt && createJwtVerifier(env.jwt),
    nowMs: clock.wallMs,
  })
  const rates = new RateLimits({
    read: env.FRESHET_RATE_READ,
    write: env.FRESHET_RATE_WRITE,
    invalidate: env.FRESHET_RATE_INVALIDATE,
    list: env.FRESHET_RATE_LIST,
  })
  const processMetrics = new Registry()
  collectDefaultMetrics({ register: processMetrics })
  registerCheckGauges(processMetrics, () => checks.report)
  registerCertificateGauge(processMetrics, tls)
  const memberGauges = new MemberGauges()
  const membersWatch = setInterval(() => {
    logMembership.members().then(
      (table) => {
        memberGauges.see(table)
        changes.see(table)
      },
      () => {},
    )
  }, env.FRESHET_LEASE_MS)
  let connectionCount = () => 0
  const { epochs } = invalidation
  const { nodeId } = env
  const forwardedReads = new ForwardedReads({ nodeId, cache, follower, epochs, instant, counters: recorder.peers })
  const services = {
    cache,
    forwardedReads,
    writer,
    ...invalidation,
    changes,
    control,
    follower,
    recorder,
    clock,
    clusterClock,
    instant,
    listKeys: createKeyLister(connections.browse),
    readMetrics: nodeDocumentReader({
      node,
      recorder,
      follower,
      memory,
      shared,
      limits,
      instant,
      lastPoll: () => tail.lastPoll,
      loadsInFlight: () => cache.loader.inFlight,
      connections: () => connectionCount(),
      controlRevision: () => control.revision,
      members: memberGauges,
      ring: ringFacts,
      origins: () => origins.statuses(),
    }),
    readProcessMetrics: () => processMetrics.metrics(),
    membership,
    readNodeList,
    drainElsewhere,
    isDraining: () => membership.draining,
    complain,
    isControlKnown: () => feed.known,
    readChecks: () => checks.report,
    version: VERSION,
  }

  const requireCertificates = env.tls.requireClientCerts
  const requestIds = createRequestIds()
  const access = createAccess(authenticator, rates, clock, () => recorder.rateLimited++, requireCertificates)
  const { app, server } = await buildServer(services, access, requestIds, {
    logger,
    tls,
    corsOrigins: env.FRESHET_CORS_ORIGINS,
    maxBodyBytes: env.FRESHET_MAX_VALUE_BYTES,
    maxBatchBytes: env.FRESHET_MAX_BATCH_BYTES,
    maxHeaderBytes: env.FRESHET_MAX_HEADER_BYTES,
    requestTimeoutMs: env.FRESHET_REQUEST_TIMEOUT_MS,
    headersTimeoutMs: env.FRESHET_HEADERS_TIMEOUT_MS,
    keepAliveMs: env.FRESHET_KEEP_ALIVE_MS,
  })
  const lane = attachLane(
    server,
    serveFromLane({ ...services, authenticator, rates, requestIds, requireCertificates }),
    {
      maxHeadBytes: env.FRESHET_MAX_HEADER_BYTES,
      keepAliveTimeoutMs: env.FRESHET_KEEP_ALIVE_MS,
      headersTimeoutMs: env.FRESHET_HEADERS_TIMEOUT_MS,
      stallTimeoutMs: env.FRESHET_REQUEST_TIMEOUT_MS,
      onHandlerError: (error) => complain('lane', error),
    },
  )
  connectionCount = () => lane.connectionCount

  const feed = new ControlFeed({
    redis: connections.control,
    doorbell: connections.log.doorbell,
    pollMs: 500,
    onDocument: (document) => {
      control.adopt(document)
      origins.adopt(document.namespaces)
      logger.info({ revision: document.revision, namespaces: document.namespaces.length }, 'control document adopted')
    },
    onError: (error) => complain('control document', error),
  })
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
      settling.stop()
      clearInterval(membersWatch)
      stopping.abort(new AppError('draining', 'This node is shutting down'))
      // The last poll first: one that came after would put us on the list of members again.
      const left = tail.stop().then(() => log.leave().catch((error) => complain('log leave', error)))
      await attemptWithin(Promise.all([withdrawn, left, origins.closeAll(), app.close()]), GOODBYE_MS)
      await attemptWithin(invalidation.queue.close(), GOODBYE_MS)
      connections.close()
    },
  }
}
