import { setInterval } from 'node:timers'
import { pino } from 'pino'
import { readTrafficEnv } from '../env.ts'
import { generateLoad } from './generate-load.ts'
import { Nodes } from './nodes.ts'
import { planRequests } from './planned-requests.ts'
import { Sender } from './sender.ts'
import { keyOfTraceId } from './shop-keys.ts'
import { emptyTally } from './tally.ts'
import { chooseTrace, replayTrace } from './traces/open-trace.ts'
import { zipfKeys } from './zipf-keys.ts'

const REPORT_MS = 30_000

const env = readTrafficEnv()
const log = pino({ name: 'demo-traffic', level: env.LOG_LEVEL })
const stopping = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort())

const tally = emptyTally()
const reporting = setInterval(() => {
  log.info(tally, `requests of the last ${REPORT_MS / 1_000} s`)
  Object.assign(tally, emptyTally())
}, REPORT_MS)

const sender = new Sender(new Nodes(env.NODE_URLS), env.DEMO_API_KEY)
try {
  await generateLoad(
    {
      requests: planRequests(await chooseKeys()),
      send: (request) => sender.send(request),
      ratePerSecond: env.DEMO_RATE,
      dayMs: env.DEMO_DAY_S * 1_000,
      maxInFlight: env.DEMO_MAX_IN_FLIGHT,
      tally,
    },
    stopping.signal,
  )
} finally {
  clearInterval(reporting)
  await sender.close()
}

/** A trace's keys when a folder of traces is named and has one, else a mix of our own. */
async function chooseKeys(): Promise<AsyncIterable<string>> {
  if (env.FRESHET_TRACES === undefined) return zipfKeys()
  try {
    const file = await chooseTrace(env.FRESHET_TRACES, env.FRESHET_TRACE)
    log.info({ file }, 'replaying a trace')
    return traceKeys(file)
  } catch (error) {
    log.warn({ err: error }, 'no trace to replay; requests follow a Zipf mix instead')
    return zipfKeys()
  }
}

async function* traceKeys(file: string): AsyncGenerator<string> {
  for await (const id of replayTrace(file)) yield keyOfTraceId(id)
}
