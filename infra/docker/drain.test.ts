import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { internalToken } from '../../packages/core/src/access/internal-token.ts'
import { deriveKey } from '../../packages/core/src/access/secrets.ts'

const SECRET = 'a secret for tests, at least 32 characters'

/** Runs drain.mjs against a node that answers with `status`. */
async function drain(status: number, seconds = '0') {
  const asked: IncomingMessage[] = []
  const server = createServer((request, response) => {
    asked.push(request)
    response.writeHead(status).end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : null
  const startedAt = performance.now()
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'drain.mjs'), seconds], {
    env: { FRESHET_SECRET: SECRET, FRESHET_NODE_ID: 'cache-node-0', FRESHET_NODE_URL: `http://127.0.0.1:${port}` },
    stdio: ['ignore', 'inherit', 'pipe'],
  })
  const [said] = await Promise.all([child.stderr.setEncoding('utf8').toArray(), once(child, 'exit')])
  return { asked, said: said.join(''), code: child.exitCode, tookMs: performance.now() - startedAt }
}

test('the node of this container is asked, with the token of the installation', async () => {
  const { asked, code } = await drain(200)
  expect(code).toBe(0)
  expect(asked.map(({ method, url }) => `${method} ${url}`)).toEqual(['POST /api/nodes/cache-node-0/drain'])
  expect(asked[0]?.headers.authorization).toBe(`Bearer ${internalToken(deriveKey(SECRET, 'node-to-node'))}`)
})

test('it waits until others have learned of it', async () => {
  expect((await drain(204, '1')).tookMs).toBeGreaterThan(1_000)
})

test('a node that refuses is told of, and the wait is kept: the pod is stopped next all the same', async () => {
  const { code, said, tookMs } = await drain(503, '1')
  expect(code).toBe(1)
  expect(said).toBe('drain: the node answered 503\n')
  expect(tookMs).toBeGreaterThan(1_000)
})
