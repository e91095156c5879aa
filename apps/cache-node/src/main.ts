import { pino } from 'pino'
import { collectAlone } from './collect-alone.ts'
import { readEnv } from './env.ts'
import { startNode } from './node.ts'

collectAlone()
const env = readEnv()
const logger = pino({
  name: 'cache-node',
  level: env.LOG_LEVEL,
  base: { node: env.nodeId },
  redact: ['req.headers.authorization', 'headers.authorization'],
})

const node = await startNode(env, logger).catch((error: unknown) => {
  logger.fatal({ err: error }, 'could not start')
  process.exit(1)
})
logger.info({ url: node.url }, 'listening')

let stopping = false
async function stop(signal: string): Promise<void> {
  if (stopping) return
  stopping = true
  logger.info({ signal }, 'draining')
  await node.stop()
  logger.info('stopped')
  // A load past its use may still hold a socket; what it does is not waited for.
  process.exit(0)
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal))
