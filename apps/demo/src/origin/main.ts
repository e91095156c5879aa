import pg from 'pg'
import { pino } from 'pino'
import { readOriginEnv } from '../env.ts'
import { Invalidator } from './invalidator.ts'
import { runPriceChanger } from './price-changer.ts'
import { buildOrigin } from './server.ts'

const env = readOriginEnv()
const log = pino({ name: 'demo-origin', level: env.LOG_LEVEL })

const db = new pg.Pool({ connectionString: env.databaseUrl, max: 12, connectionTimeoutMillis: 5_000 })
// Without a listener, an idle connection that PostgreSQL closes would end the process.
db.on('error', (error) => log.warn({ err: error }, 'PostgreSQL closed a connection'))

const server = buildOrigin({
  db,
  latencyMedianMs: env.DEMO_LATENCY_MS,
  failureRatio: env.DEMO_FAILURE_RATIO,
})
const address = await server.listen({ host: env.DEMO_ORIGIN_HOST, port: env.DEMO_ORIGIN_PORT })
log.info({ address, latencyMs: env.DEMO_LATENCY_MS }, 'the shop is open')

const stopping = new AbortController()
const changing = startChangingPrices()

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop())

async function startChangingPrices(): Promise<void> {
  if (env.DEMO_PRICE_CHANGES === 0) return
  if (!env.DEMO_API_KEY) {
    log.warn('prices stay as they are: without DEMO_API_KEY their changes could not be invalidated')
    return
  }
  const invalidator = new Invalidator({ nodeUrls: env.NODE_URLS, apiKey: env.DEMO_API_KEY, log })
  await runPriceChanger({ db, invalidator, changesPerSecond: env.DEMO_PRICE_CHANGES, log }, stopping.signal)
  await invalidator.close()
}

async function stop(): Promise<void> {
  stopping.abort()
  await server.close()
  await changing
  await db.end()
}
