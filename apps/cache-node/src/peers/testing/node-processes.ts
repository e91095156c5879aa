import { Topology } from '@freshet/core/contracts/node-registry'
import { ringOf } from '@freshet/core/ring/topology'
import { type Program, spawnProgram } from '@freshet/testing/spawn-program'
import { Pool } from 'undici'
import { onTestFinished } from 'vitest'
import { clientOf, SECRET, startTestCluster, waitFor } from '../../testing/test-node.ts'
import { startTestOrigin } from '../../testing/test-origin.ts'

const LISTENING = /"url":"([^"]+)","msg":"listening"/

export interface Reading {
  status: number
  body: string
  /** From when it was asked, milliseconds. */
  tookMs: number
}

export interface NodeProcess {
  id: string
  program: Program
  /** Each read on a connection of its own, up to some thousands. Never rejects: status 0 is a connection that broke. */
  read(key: string): Promise<Reading>
}

/** Real processes in one ring before an origin that counts. Everything ends with the test. */
export async function startNodeProcesses(count: number) {
  const cluster = await startTestCluster()
  const pace = { delayMs: 0 }
  let loads = 0
  const origin = await startTestOrigin((_, response) => {
    const body = `${++loads}`
    setTimeout(() => response.setHeader('cache-control', 'max-age=600').end(body), pace.delayMs)
  })
  cluster.control.setPolicies({
    name: 'o',
    origin: { url: `${origin.url}/{rest}`, deadlineMs: 10_000, attemptTimeoutMs: 10_000, retries: 0 },
  })
  await cluster.control.publish()

  const start = async (id: string): Promise<NodeProcess> => {
    const program = await spawnProgram('cache-node', environment(id, cluster.server.url), LISTENING)
    onTestFinished(async () => {
      program.child.kill('SIGCONT')
      await program.end('SIGKILL')
    })
    const pool = new Pool(program.said, { connections: 4_000, headersTimeout: 20_000 })
    onTestFinished(() => pool.destroy())
    const headers = { authorization: `Bearer ${cluster.token}` }
    return { id, program, read: (key) => read(pool, key, headers) }
  }
  const nodes = await Promise.all(Array.from({ length: count }, (_, i) => start(`node-${i + 1}`)))
  const topologies = async () =>
    Promise.all(
      nodes.map(async ({ program }) =>
        Topology.parse(JSON.parse((await clientOf(program.said, cluster.token)('GET', '/api/topology')).text)),
      ),
    )
  await waitFor(
    async () => (await topologies()).every((topology) => ringOf(topology).size === count),
    'the nodes to know each other',
  )
  const [topology] = await topologies()
  const ring = ringOf(topology ?? { nodes: [] })
  const nodeOf = (id: string): NodeProcess => {
    const node = nodes.find((each) => each.id === id)
    if (node === undefined) throw new Error(`there is no ${id}`)
    return node
  }
  const ownerOf = (key: string): NodeProcess => nodeOf(ring.ownerOf(key) ?? '')
  return { nodes, ownerOf, pace, loads: () => origin.asked.length }
}

function environment(id: string, redisUrl: string): NodeJS.ProcessEnv {
  return {
    FRESHET_SECRET: SECRET,
    FRESHET_NODE_ID: id,
    FRESHET_NODE_PORT: '0',
    FRESHET_ORIGIN_ALLOW: '127.0.0.0/8',
    REDIS_URL: redisUrl,
  }
}

async function read(pool: Pool, key: string, headers: Record<string, string>): Promise<Reading> {
  const startedMs = performance.now()
  const answer = await pool.request({ method: 'GET', path: `/api/cache/${key}`, headers }).then(
    async ({ statusCode, body }) => ({ status: statusCode, body: await body.text() }),
    (error: Error) => ({ status: 0, body: error.message }),
  )
  return { ...answer, tookMs: performance.now() - startedMs }
}
