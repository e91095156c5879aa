import { pino } from 'pino'
import { readEnv } from './env.ts'
import { startWorker } from './worker.ts'

const env = readEnv()
const log = pino({ name: 'worker', level: env.LOG_LEVEL })
const settings = {
  redisUrl: env.REDIS_URL,
  l2RedisUrl: env.L2_REDIS_URL ?? env.REDIS_URL,
  databaseUrl: env.DATABASE_URL,
  secret: env.FRESHET_SECRET,
  tls: env.tls,
  host: env.FRESHET_WORKER_HOST,
  port: env.FRESHET_WORKER_PORT,
  concurrency: env.FRESHET_WORKER_CONCURRENCY,
  leaseMs: env.FRESHET_LEASE_MS,
  environment: env.FRESHET_ENV,
  accepted: env.FRESHET_ACCEPTED_FINDINGS,
  fenceMs: env.FRESHET_FENCE_MS,
  waitReplicas: env.FRESHET_WAIT_REPLICAS,
  strict: env.FRESHET_ACK === 'strict',
  logMaxRecords: env.FRESHET_LOG_MAX_RECORDS,
  logSpareRecords: env.FRESHET_LOG_SPARE_RECORDS,
  sweep: {
    entriesPerSecond: env.FRESHET_SWEEP_RATE,
    quietMs: env.FRESHET_SWEEP_QUIET_MS,
    // A rain of invalidations that never ends must not put the sweep off for ever.
    patienceMs: 6 * env.FRESHET_SWEEP_QUIET_MS,
    everyMs: env.FRESHET_SWEEP_EVERY_MS,
  },
}
const worker = await startWorker(settings, log).catch((err: unknown) => {
  log.fatal({ err }, 'could not start')
  process.exit(1)
})
log.info({ port: worker.port }, 'the worker runs')

async function stop(signal: NodeJS.Signals): Promise<void> {
  log.info({ signal }, 'stopping')
  await worker.stop()
  log.info('stopped')
  // A job past its limit may still hold a socket; what it does is not waited for.
  process.exit(0)
}
process.once('SIGTERM', stop)
process.once('SIGINT', stop)
