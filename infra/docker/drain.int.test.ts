import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { internalToken } from '../../packages/core/src/access/internal-token.ts'
import { deriveKey } from '../../packages/core/src/access/secrets.ts'
import { Topology } from '../../packages/core/src/contracts/node-registry.ts'
import { startRedis } from '../../packages/testing/src/redis.ts'
import { spawnProgram } from '../../packages/testing/src/spawn-program.ts'

const SECRET = 'a secret for tests, at least 32 characters'

test('a real node leaves the ring and is not ready any more, before anybody stops it', async () => {
  const redis = await startRedis()
  onTestFinished(() => redis.stop())
  const env = { FRESHET_SECRET: SECRET, FRESHET_NODE_ID: 'cache-node-0', FRESHET_NODE_PORT: '0', REDIS_URL: redis.url }
  const node = await spawnProgram('cache-node', env, /"url":"(http[^"]+)"/)
  onTestFinished(async () => void (await node.end('SIGKILL')))
  const authorization = `Bearer ${internalToken(deriveKey(SECRET, 'node-to-node'))}`
  const drainingOf = async () => {
    const answer = await fetch(`${node.said}/api/topology`, { headers: { authorization } })
    return Topology.parse(await answer.json()).nodes.map(({ id, draining }) => ({ id, draining }))
  }
  await expect.poll(drainingOf).toEqual([{ id: 'cache-node-0', draining: false }])

  await promisify(execFile)(process.execPath, [path.join(import.meta.dirname, 'drain.mjs'), '0'], {
    env: { ...env, FRESHET_NODE_URL: node.said },
  })
  expect(await drainingOf()).toEqual([{ id: 'cache-node-0', draining: true }])
  expect(await (await fetch(`${node.said}/readyz`)).json()).toMatchObject({
    status: 'not_ready',
    reasons: expect.arrayContaining(['draining']),
  })
})
