import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { Agent, request as send } from 'node:http'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { internalToken } from '@freshet/core/access/internal-token'
import { deriveKey } from '@freshet/core/access/secrets'
import { ControlDocument } from '@freshet/core/contracts/control-document'
import { redisKeys } from '@freshet/core/keys/redis-keys'
import { createControlPublisher } from '@freshet/redis/control-publisher'
import { startRedis, type ThrowawayRedis } from '@freshet/testing/redis'
import { spawnProgram } from '@freshet/testing/spawn-program'
import { Redis } from 'ioredis'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startTestOrigin } from './testing/test-origin.ts'

const SECRET = 'a secret of the drain test, long enough'
const AUTHORIZATION = `Bearer ${internalToken(deriveKey(SECRET, 'node-to-node'))}`
const BIG = Buffer.alloc(4_000_000, 'x')

let redisServer: ThrowawayRedis
let redis: Redis
let children: ChildProcess[] = []

beforeEach(async () => {
  redisServer = await startRedis()
  redis = new Redis(redisServer.url)
  redis.on('error', () => {})
})
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL')
  children = []
  redis.disconnect()
  await redisServer.stop()
})

/** A node as a process of its own. Resolves when it is ready. */
async function startNode(drainMs: number): Promise<{ child: ChildProcess; url: string }> {
  const env = {
    ...process.env,
    REDIS_URL: redisServer.url,
    FRESHET_SECRET: SECRET,
    FRESHET_NODE_ID: 'leaving',
    FRESHET_NODE_PORT: '0',
    FRESHET_ORIGIN_ALLOW: '127.0.0.0/8',
    FRESHET_DRAIN_MS: String(drainMs),
    LOG_LEVEL: 'info',
  }
  const { child, said: url } = await spawnProgram('cache-node', env, /"url":"([^"]+)"/)
  children.push(child)
  await expect.poll(async () => (await fetch(`${url}/readyz`)).status).toBe(200)
  return { child, url }
}

async function publishOrigin(url: string): Promise<void> {
  const origin = { url: `${url}/{rest}`, attemptTimeoutMs: 60_000, deadlineMs: 60_000 }
  await createControlPublisher(redis).publish(
    ControlDocument.parse({ revision: 1, namespaces: [{ name: 'slow', origin }], apiKeys: [] }),
  )
}

/** A balancer's probe, on a connection of its own. */
async function probe(url: string): Promise<string> {
  try {
    const response = await fetch(`${url}/readyz`, { headers: { connection: 'close' } })
    const { reasons } = (await response.json()) as { reasons: string[] }
    return response.ok ? 'ready' : reasons.join()
  } catch {
    return 'refused'
  }
}

interface Outcome {
  what: string
  /** When it was asked, and when that ended, on `performance.now`. */
  sentMs: number
  endedMs: number
  status: number | string
}

/** One request on a connection of the agent; a connection that fails is an outcome too. */
function ask(url: string, agent: Agent, method: string, key: string, body?: Buffer): Promise<Outcome> {
  const asked = { what: `${method} ${key}`, sentMs: performance.now() }
  return new Promise((resolve) => {
    const end = (status: number | string) => resolve({ ...asked, status, endedMs: performance.now() })
    const fail = (error: NodeJS.ErrnoException) => end(error.code ?? error.message)
    const headers = { authorization: AUTHORIZATION }
    send(`${url}/api/cache/${key}`, { method, agent, headers }, (incoming) => {
      incoming.once('error', fail).resume()
      incoming.once('end', () => end(incoming.statusCode ?? 0))
    })
      .once('error', fail)
      .end(body)
  })
}

test('SIGTERM under load loses no request: readyz fails first, and what is under way is finished', async () => {
  const origin = await startTestOrigin((_request, response) => void setTimeout(() => response.end('slow value'), 2_000))
  await publishOrigin(origin.url)
  const { child, url } = await startNode(8_000)
  const agent = new Agent({ keepAlive: true })
  await ask(url, agent, 'PUT', 'k', BIG)

  const outcomes: Outcome[] = []
  const readiness: string[] = []
  let leaving = false
  let turn = 0
  // A balancer: it probes, and sends nothing more once it was told not to.
  const probes = (async () => {
    while (!leaving) {
      const answer = await probe(url)
      if (readiness.at(-1) !== answer) readiness.push(answer)
      leaving = answer !== 'ready'
      await sleep(20)
    }
  })()
  const kinds = [
    () => ask(url, agent, 'GET', 'k'),
    () => ask(url, agent, 'PUT', `w${turn++}`, Buffer.from('v')),
    () => ask(url, agent, 'DELETE', `w${turn}`),
    () => ask(url, agent, 'GET', `slow:${turn++}`),
  ]
  const clients = Array.from({ length: 16 }, async (_, i) => {
    while (!leaving) outcomes.push((await kinds[i % kinds.length]?.()) as Outcome)
  })

  await sleep(1_500)
  // A load that has just begun is under way when the node is asked to go.
  const loads = origin.asked.length
  await expect.poll(() => origin.asked.length, { interval: 5 }).toBeGreaterThan(loads)
  const askedToGoMs = performance.now()
  child.kill('SIGTERM')
  await Promise.all([...clients, probes])
  expect(await once(child, 'exit')).toEqual([0, null])

  expect(readiness).toEqual(['ready', 'draining'])
  expect(outcomes.filter(({ status }) => status !== 200 && status !== 204)).toEqual([])
  const late = outcomes.filter(({ sentMs, endedMs }) => sentMs < askedToGoMs && endedMs > askedToGoMs + 500)
  expect(late.length).toBeGreaterThan(0)
  expect(await redis.hgetall(redisKeys.nodes)).toEqual({})
  expect(Object.keys(await redis.hgetall(redisKeys.logMeta)).filter((field) => field.startsWith('m:'))).toEqual([])
})

test('a node to which nobody is connected says that it drains before it refuses a connection', async () => {
  const { child, url } = await startNode(2_000)
  child.kill('SIGTERM')
  const answers: string[] = []
  while (answers.at(-1) !== 'refused') answers.push(await probe(url))
  expect([...new Set(answers)].filter((answer) => answer !== 'ready')).toEqual(['draining', 'refused'])
  if (child.exitCode === null) await once(child, 'exit')
  expect(child.exitCode).toBe(0)
})

test('clients that send half a request, take nothing, or wait for a hung origin do not hold the exit', async () => {
  const origin = await startTestOrigin(() => {})
  await publishOrigin(origin.url)
  const drainMs = 1_000
  const { child, url } = await startNode(drainMs)
  const agent = new Agent({ keepAlive: true })
  await ask(url, agent, 'PUT', 'big', BIG)

  const port = Number(new URL(url).port)
  const head = (line: string) => `${line} HTTP/1.1\r\nHost: a\r\nAuthorization: ${AUTHORIZATION}\r\n`
  const said = [
    '',
    head('GET /api/cache/big'),
    `${head('PUT /api/cache/half')}Content-Length: 100\r\n\r\nhalf`,
    `${head('GET /api/cache/big')}\r\n`.repeat(20),
    `${head('GET /api/cache/slow:1')}\r\n`,
  ]
  const sockets = said.map((bytes) => {
    // Never read from: what it is sent stays in the kernel.
    const socket = connect(port, '127.0.0.1').pause()
    socket.on('error', () => {})
    socket.write(bytes)
    return socket
  })
  await expect.poll(() => origin.asked).toEqual(['/1'])
  const askedToGoMs = performance.now()
  child.kill('SIGTERM')
  expect(await once(child, 'exit')).toEqual([0, null])
  const tookMs = performance.now() - askedToGoMs
  expect(tookMs).toBeGreaterThan(drainMs / 2)
  expect(tookMs).toBeLessThan(drainMs + 20_000)
  for (const socket of sockets) socket.destroy()
})

test('a Redis that hangs does not hold the exit either', async () => {
  const { child } = await startNode(500)
  redisServer.kill('SIGSTOP')
  const askedToGoMs = performance.now()
  child.kill('SIGTERM')
  expect(await once(child, 'exit')).toEqual([0, null])
  expect(performance.now() - askedToGoMs).toBeLessThan(20_000)
})
