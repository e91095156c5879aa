import { systemClock } from '@freshet/core/clock'
import { QUEUE_NAMES, type QueueName } from '@freshet/core/contracts/jobs'
import { Acknowledger } from '@freshet/core/invalidation/acknowledger'
import { attemptWithin } from '@freshet/core/within'
import { createDb } from '@freshet/db/client'
import { connectRedis, connectRouted } from '@freshet/redis/connection'
import { connectForJobs, createJobQueue, jobOptions } from '@freshet/redis/job-queues'
import { createJobWorker } from '@freshet/redis/job-worker'
import { L2Sweep } from '@freshet/redis/l2-sweep'
import { LogReader } from '@freshet/redis/log/log-reader'
import { RedisLogMembers } from '@freshet/redis/log/members'
import { untilReady } from '@freshet/redis/until-ready'
import { createNodeFetch } from '@freshet/tls/node-fetch'
import { TlsIdentity } from '@freshet/tls/tls-identity'
import type { Queue } from 'bullmq'
import type { Logger } from 'pino'
import { findFaults } from './find-faults.ts'
import { createHandlers } from './handlers/create-handlers.ts'
import { startHealthServer } from './health-server.ts'
import { LogFollower } from './log/log-follower.ts'
import { readLogPosition } from './log/read-log-position.ts'
import { observeState } from './metrics/observe-state.ts'
import { createWorkerMetrics } from './metrics/worker-metrics.ts'
import { onceAMinute } from './once-a-minute.ts'
import { createRunJob } from './run-job.ts'
import { keepSchedules } from './schedules.ts'
import { beginChecks } from './startup-checks/begin-checks.ts'
import { CLOCK_MARGIN_MS, type WorkerSettings } from './worker-settings.ts'

/** Commands of handlers give up on a Redis that says nothing for this long; the next run tries again. */
const STALL_MS = 2_000
/** How long running jobs may take to end when the worker stops, and BullMQ to close what cannot answer. */
const DRAIN_MS = 10_000
const UNREACHABLE_MS = 500
/** How long the start waits for Redis; without it the worker starts all the same. */
const CONNECT_MS = 1_000
/** Records that one read of the log brings at most. */
const READ_RECORDS = 5_000
/** Slots of the second tier's table that a sweep looks at in one step. */
const PAGE_SLOTS = 500

/** Starts everything; `stop` lets running jobs end, then closes all connections. */
export async function startWorker(
  settings: WorkerSettings,
  log: Logger,
): Promise<{ port: number; stop(): Promise<void> }> {
  const clock = systemClock
  const limited = onceAMinute()
  const tls = new TlsIdentity(settings.tls)
  tls.start((err) => limited('tls files', () => log.warn({ err }, 'tls files failed')))
  const nodes = createNodeFetch(tls)
  const onRedisError = (err: unknown) =>
    limited(`redis ${String(err)}`, () => log.warn({ err }, 'Redis cannot be used at the moment'))
  const patience = { stallMs: STALL_MS, onError: onRedisError }
  const redis = connectRedis({ url: settings.redisUrl, name: 'worker/log', ...patience })
  const records = connectRouted({ url: settings.redisUrl, name: 'worker/records', ...patience })
  const l2Redis = connectRouted({ url: settings.l2RedisUrl, name: 'worker/sweep', ...patience })
  const jobsRedis = connectForJobs(settings.redisUrl, 'worker/jobs', onRedisError)
  const db = createDb(settings.databaseUrl, { maxConnections: settings.concurrency + 1 })
  const metrics = createWorkerMetrics(tls)
  const stopping = new AbortController()

  const members = new RedisLogMembers(redis)
  // Its first read would fail and warn of a Redis that is only being connected to.
  await Promise.allSettled([redis, records, l2Redis].map((connection) => untilReady(connection, CONNECT_MS)))
  const checks = await beginChecks(settings, { log: redis, l2: l2Redis, members }, clock, log)
  const { leaseMs, strict } = settings
  const { fenceMs } = checks
  const acknowledger = new Acknowledger({ members, clock, leaseMs, fenceMs, marginMs: CLOCK_MARGIN_MS, strict })
  const follower = new LogFollower({
    log: new LogReader(redis, READ_RECORDS),
    clock,
    fenceMs,
    onGeneration: (generation) => acknowledger.observe(generation),
    onError: onRedisError,
  })
  follower.start()

  const queues: Record<QueueName, Queue> = {
    maintenance: createJobQueue('maintenance', jobsRedis, onRedisError),
    invalidation: createJobQueue('invalidation', jobsRedis, onRedisError),
  }
  const handlers = createHandlers({
    ...{ settings, redis, records, db, fetch: nodes.fetch, follower, acknowledger, members, metrics, clock, log },
    tier: new L2Sweep(l2Redis, PAGE_SLOTS),
    beginSweep: async () => {
      // One at a time in the whole cluster: a second one is dropped while the first waits, runs or is retried.
      const deduplication = { id: 'l2.sweep' }
      await queues.maintenance.add('l2.sweep', {}, { ...jobOptions('l2.sweep'), deduplication })
    },
    stopping: stopping.signal,
  })
  const run = createRunJob({ handlers, log, limited, metrics: metrics.jobs, stopping: stopping.signal })
  const workers = QUEUE_NAMES.map((queue) =>
    createJobWorker({
      ...{ queue, run, connection: jobsRedis, concurrency: settings.concurrency },
      onError: onRedisError,
    }),
  )
  const stopSchedules = keepSchedules(queues.maintenance, onRedisError)
  const stopObserving = observeState({
    readPosition: () => readLogPosition(redis, members),
    countDeadLetters: async () => ({
      maintenance: await queues.maintenance.getFailedCount(),
      invalidation: await queues.invalidation.getFailedCount(),
    }),
    ...{ follower, metrics: metrics.state, clock, onError: onRedisError },
  })
  const { host, port } = settings
  const server = await startHealthServer({ host, port, metrics, findFaults: () => findFaults(redis, db) })
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : port,
    async stop() {
      checks.stop()
      stopSchedules()
      stopObserving()
      server.close()
      server.closeAllConnections()
      stopping.abort(new Error('the worker stops'))
      // With Redis away nothing can be handed back, and BullMQ would wait for it; the queue gives such a job to another
      // worker once its lock runs out.
      const reachable = jobsRedis.status === 'ready'
      const closing = Promise.all(workers.map((worker) => worker.close(!reachable)))
      await attemptWithin(closing, reachable ? DRAIN_MS : UNREACHABLE_MS)
      await attemptWithin(Promise.all(Object.values(queues).map((queue) => queue.close())), UNREACHABLE_MS)
      await attemptWithin(follower.stop(), UNREACHABLE_MS)
      for (const connection of [jobsRedis, redis, records, l2Redis]) connection.disconnect()
      tls.stop()
      await nodes.close()
      await db.$disconnect()
    },
  }
}
