import { pino } from 'pino'
import { readEnv } from './env.ts'
import { startWorker } from './worker.ts'

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
  await worker.stop()
  log.info('stopped')
  // A job past its limit may still hold a socket; what it does is not waited for.
  process.exit(0)
}
process.once('SIGTERM', stop)
process.once('SIGINT', stop)
