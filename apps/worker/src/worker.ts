import { internalToken } from '@freshet/core/access/internal-token'
import { deriveKey } from '@freshet/core/access/secrets'
import { createDb } from '@freshet/db/client'
import { databaseNowMs } from '@freshet/db/queries/metric-readings'
import { connectRedis } from '@freshet/redis/connection'
import { createControlPublisher } from '@freshet/redis/control-publisher'
import { connectForJobs, createMaintenanceQueue, createMaintenanceWorker } from '@freshet/redis/job-queues'
import { createNodeRegistry } from '@freshet/redis/node-registry'
import type { Logger } from 'pino'
import { createControlReconcile } from './handlers/control-reconcile.ts'
import type { JobHandlers } from './handlers/handler.ts'
import { createMetricsPrune } from './handlers/metrics-prune.ts'
import { createMetricsSample } from './handlers/metrics-sample.ts'
import { startHealthServer } from './health-server.ts'
import { createJobMetrics } from './job-metrics.ts'
import { onceAMinute } from './once-a-minute.ts'
import { createRunJob } from './run-job.ts'
import { keepSchedules } from './schedules.ts'

/** Commands of handlers give up on a Redis that says nothing for this long; the next run tries again. */
const STALL_MS = 2_000
/** How long running jobs may take to end when the worker stops, and BullMQ to close what cannot answer. */
const DRAIN_MS = 10_000
const UNREACHABLE_MS = 500
/** How long `/readyz` waits for each server that it asks. */
const PROBE_MS = 1_500

export interface WorkerOptions {
  redisUrl: string
  databaseUrl: string
  secret: string
  host: string
  port: number
  concurrency: number
  log: Logger
}

/** Starts everything; `stop` lets running jobs end, then closes all connections. */
export async function startWorker(options: WorkerOptions): Promise<{ port: number; stop(): Promise<void> }> {
  const { redisUrl, databaseUrl, secret, host, log } = options
  const limited = onceAMinute()
  const onRedisError = (err: unknown) =>
    limited(`redis ${String(err)}`, () => log.warn({ err }, 'Redis cannot be used at the moment'))
  const redis = connectRedis({ url: redisUrl, name: 'worker', stallMs: STALL_MS, onError: onRedisError })
  const jobsRedis = connectForJobs(redisUrl, 'worker/jobs', onRedisError)
  const db = createDb(databaseUrl, { maxConnections: options.concurrency + 1 })
  const registry = createNodeRegistry(redis)
  const handlers: JobHandlers = {
    'control.reconcile': createControlReconcile(db, createControlPublisher(redis)),
    'metrics.sample': createMetricsSample({
      db,
      registry,
      fetch,
      token: internalToken(deriveKey(secret, 'node-to-node')),
    }),
    'metrics.prune': createMetricsPrune(db),
  }
  const metrics = createJobMetrics()
  const queue = createMaintenanceQueue(jobsRedis, onRedisError)
  const worker = createMaintenanceWorker({
    connection: jobsRedis,
    concurrency: options.concurrency,
    run: createRunJob({ handlers, log, limited, metrics }),
    onError: onRedisError,
  })
  const stopSchedules = keepSchedules(queue, onRedisError)
  const findFaults = async () => {
    const [redisFault, databaseFault] = await Promise.all([
      faultOf('Redis', () => redis.ping()),
      faultOf('PostgreSQL', () => databaseNowMs(db)),
    ])
    return [...redisFault, ...databaseFault]
  }
  const server = await startHealthServer({ host, port: options.port, metrics, findFaults })
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : options.port,
    async stop() {
      stopSchedules()
      server.close()
      server.closeAllConnections()
      // With Redis away nothing can be handed back, and BullMQ would wait for it; the queue gives such a job to another
      // worker once its lock runs out.
      const reachable = jobsRedis.status === 'ready'
      await withinMs(reachable ? DRAIN_MS : UNREACHABLE_MS, worker.close(!reachable))
      await withinMs(UNREACHABLE_MS, queue.close())
      jobsRedis.disconnect()
      redis.disconnect()
      await db.$disconnect()
    },
  }
}

async function faultOf(name: string, ask: () => Promise<unknown>): Promise<string[]> {
  const answer = ask().then(
    () => [],
    () => [`${name} cannot be reached`],
  )
  return (await withinMs(PROBE_MS, answer)) ?? [`${name} does not answer`]
}

/** What the work comes to, or undefined when it takes longer or fails. */
async function withinMs<T>(limitMs: number, work: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), limitMs)
  })
  try {
    return await Promise.race([work.catch(() => undefined), limit])
  } finally {
    clearTimeout(timer)
  }
}
