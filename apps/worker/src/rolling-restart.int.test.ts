import { internalToken } from '@freshet/core/access/internal-token'
import { deriveKey } from '@freshet/core/access/secrets'
import { redisKeys } from '@freshet/core/keys/redis-keys'
import { createJobQueue, jobOptions } from '@freshet/redis/job-queues'
import { isFreshHit } from '@freshet/testing/answer'
import { connectTo, type NodeClient } from '@freshet/testing/node-client'
import { type Program, spawnProgram } from '@freshet/testing/spawn-program'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { SECRET, startStack, type WorkerStack } from './testing/worker-stack.ts'

const KEYS = 3_000
/** Every so many is invalidated. */
const DEAD = 10
const keys = Array.from({ length: KEYS }, (_, n) => `shop:${n}`)
const dead = keys.filter((_, n) => n % DEAD === 0)
const alive = keys.filter((_, n) => n % DEAD !== 0)

let stack: WorkerStack
beforeEach(async () => {
  stack = await startStack(process.env)
})
afterEach(() => stack.stop())

interface Node {
  program: Program
  client: NodeClient
}

async function startNode(name: string): Promise<Node> {
  // By itself: what others know of the log would keep a node warm that has no snapshot.
  const alone = { FRESHET_RING: 'off' }
  const env = { ...stack.env, ...alone, FRESHET_NODE_ID: name, FRESHET_NODE_PORT: '0', LOG_LEVEL: 'info' }
  const program = await spawnProgram('cache-node', env, /"url":"([^"]+)"/)
  stack.undo.add(program, (it) => it.end('SIGKILL'))
  const token = internalToken(deriveKey(SECRET, 'node-to-node'))
  const client = stack.undo.add(connectTo(name, program.said, token), async (it) => it.close())
  await expect.poll(async () => (await client.get('/readyz')).status).toBe(200)
  return { program, client }
}

async function replace(node: Node): Promise<Node> {
  await node.program.end('SIGTERM')
  return startNode(node.client.name)
}

async function each<T>(all: readonly string[], ask: (key: string) => Promise<T>): Promise<T[]> {
  const answers: T[] = []
  for (let at = 0; at < all.length; at += 100) answers.push(...(await Promise.all(all.slice(at, at + 100).map(ask))))
  return answers
}

const hitsAt = async ({ client }: Node, asked: readonly string[]) =>
  (await each(asked, (key) => client.request('GET', key))).filter(isFreshHit).length

/** Has the log's upkeep done at once rather than in its turn. */
async function trim(): Promise<void> {
  const queue = createJobQueue('maintenance', stack.redis, () => {})
  const patience = { timeout: 30_000, interval: 300 }
  const done = async () => {
    for (const name of ['log.snapshot', 'log.trim'] as const) await queue.add(name, {}, jobOptions(name))
    return stack.redis.xlen(redisKeys.logStream)
  }
  await expect.poll(done, patience).toBe(0)
  await queue.close()
}

test('nodes restarted one by one after a trim are warm by the snapshot, and cold without it', {
  timeout: 150_000,
}, async () => {
  // Nothing to spare: what audit and snapshot cover goes from the log.
  const worker = await stack.startWorker({ FRESHET_LOG_SPARE_RECORDS: '0' })
  const nodes = await Promise.all([startNode('a'), startNode('b')])
  const written = await each(keys, (key) =>
    nodes[0].client.request('PUT', key, 'x', { 'cache-control': 'max-age=3600' }),
  )
  expect(written.filter(({ status }) => status === 204).length).toBe(KEYS)
  await each(dead, (key) => nodes[1].client.request('DELETE', key))
  await trim()

  for (const node of nodes) {
    const again = await replace(node)
    expect(await hitsAt(again, alive)).toBe(alive.length)
    expect(await hitsAt(again, dead)).toBe(0)
  }

  // Or it would write another.
  await worker.kill()
  await stack.redis.del(redisKeys.logSnapshot)
  // What was trimmed may have ended anything (rule gap).
  expect(await hitsAt(await startNode('c'), alive)).toBe(0)
})
