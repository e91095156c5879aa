import { copyFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { createDatabase } from '@freshet/testing/postgres-database'
import { startRedis } from '@freshet/testing/redis'
import { writeCertificates } from '@freshet/testing/redis-certificates'
import { scratchFolder } from '@freshet/testing/scratch-folder'
import { testCertificate } from '@freshet/testing/self-signed-certificate'
import { spawnProgram } from '@freshet/testing/spawn-program'
import { Undo } from '@freshet/testing/undo'
import { afterEach, expect, test, vi } from 'vitest'

const undo = new Undo()
afterEach(async () => {
  await undo.all()
  vi.unstubAllEnvs()
})

test('nodes that require certificates are read once the portal has one that counts, without a restart', {
  timeout: 60_000,
}, async () => {
  const { folder, remove } = scratchFolder('tls')
  undo.add(folder, async () => remove())
  const { ca, serverCert, serverKey, clientCert, clientKey } = writeCertificates(folder)
  const [database, server] = await Promise.all([createDatabase(), startRedis()])
  undo.add(database, (it) => it.drop())
  undo.add(server, (it) => it.stop())
  const common = {
    REDIS_URL: server.url,
    FRESHET_SECRET: 'a secret of the test that is long enough',
    FRESHET_TLS_CA_FILE: ca,
    FRESHET_TLS_CLIENT_CERTS: 'require',
    LOG_LEVEL: 'info',
  }
  const node = await spawnProgram(
    'cache-node',
    {
      ...{ ...process.env, ...common, FRESHET_NODE_ID: 'a', FRESHET_NODE_PORT: '0' },
      FRESHET_TLS_CERT_FILE: serverCert,
      FRESHET_TLS_KEY_FILE: serverKey,
    },
    /"url":"(https[^"]+)"/,
  )
  undo.add(node, (it) => it.end('SIGKILL'))

  const own = { cert: path.join(folder, 'portal.crt'), key: path.join(folder, 'portal.key') }
  writeFileSync(own.cert, testCertificate.cert)
  writeFileSync(own.key, testCertificate.key)
  for (const [name, value] of Object.entries({
    ...common,
    DATABASE_URL: database.url,
    FRESHET_TLS_CERT_FILE: own.cert,
    FRESHET_TLS_KEY_FILE: own.key,
    LOG_LEVEL: 'silent',
  }))
    vi.stubEnv(name, value)
  const { portal } = await import('./portal')
  const { services, redis, db } = portal()
  undo.add(services, async (it) => it.close())
  undo.add(redis, async (it) => it.disconnect())
  undo.add(db, (it) => it.$disconnect())

  const seen = async () => (await services.cluster.overview()).nodes.map(({ id, reachable }) => ({ id, reachable }))
  await expect.poll(seen).toEqual([{ id: 'a', reachable: false }])
  expect(await services.probeOrigin('shop', 'shop:1')).toMatchObject({ nodeId: 'a', status: 401 })

  copyFileSync(clientCert, own.cert)
  copyFileSync(clientKey, own.key)
  await expect.poll(seen, { timeout: 30_000 }).toEqual([{ id: 'a', reachable: true }])
  // Nothing is declared for it, and so nothing is there: an answer, and no refusal.
  expect(await services.probeOrigin('shop', 'shop:1')).toMatchObject({ nodeId: 'a', status: 404 })
})
