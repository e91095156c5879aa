import { pino } from 'pino'
import { readEnv } from './env.ts'
import { startWorker } from './worker.ts'

/** Longer than any supervisor's patience would be pointless; jobs that still run are taken up by another worker. */
const STOP_LIMIT_MS = 15_000

const env = readEnv()
const log = pino({ name: 'worker', level: env.LOG_LEVEL })
const worker = await startWorker({
  redisUrl: env.REDIS_URL,
  databaseUrl: env.DATABASE_URL,
  secret: env.FRESHET_SECRET,
  host: env.FRESHET_WORKER_HOST,
  port: env.FRESHET_WORKER_PORT,
  concurrency: env.FRESHET_WORKER_CONCURRENCY,
  log,
})
log.info({ port: worker.port }, 'the worker runs')

async function stop(signal: NodeJS.Signals): Promise<void> {
  log.info({ signal }, 'stopping')
  // With Redis away a running job cannot be handed back, and waiting for that would never end.
  setTimeout(() => process.exit(1), STOP_LIMIT_MS).unref()
  await worker.stop()
  log.info('stopped')
}
process.once('SIGTERM', stop)
process.once('SIGINT', stop)
