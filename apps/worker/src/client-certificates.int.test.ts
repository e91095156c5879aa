import { copyFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { createNodeRegistry } from '@freshet/redis/node-registry'
import { writeCertificates } from '@freshet/testing/redis-certificates'
import { scratchFolder } from '@freshet/testing/scratch-folder'
import { testCertificate } from '@freshet/testing/self-signed-certificate'
import { spawnProgram } from '@freshet/testing/spawn-program'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startStack, type WorkerStack } from './testing/worker-stack.ts'

const SAMPLED = 'worker_jobs_total{job="metrics.sample",result="completed"}'

let stack: WorkerStack
beforeEach(async () => {
  stack = await startStack(process.env, { appendonly: false })
})
afterEach(() => stack.stop())

test('a node that requires certificates is sampled once the worker has one that counts, without a restart', {
  timeout: 90_000,
}, async () => {
  const { folder, remove } = scratchFolder('tls')
  stack.undo.add(folder, async () => remove())
  const { ca, serverCert, serverKey, clientCert, clientKey } = writeCertificates(folder)
  const tls = { FRESHET_TLS_CA_FILE: ca, FRESHET_TLS_CLIENT_CERTS: 'require' }
  const node = await spawnProgram(
    'cache-node',
    {
      ...{ ...stack.env, ...tls, FRESHET_NODE_ID: 'a', FRESHET_NODE_PORT: '0', LOG_LEVEL: 'info' },
      FRESHET_TLS_CERT_FILE: serverCert,
      FRESHET_TLS_KEY_FILE: serverKey,
    },
    /"url":"(https[^"]+)"/,
  )
  stack.undo.add(node, (it) => it.end('SIGKILL'))
  await expect.poll(() => createNodeRegistry(stack.redis).list()).toMatchObject([{ id: 'a', url: node.said }])

  const own = { cert: path.join(folder, 'worker.crt'), key: path.join(folder, 'worker.key') }
  writeFileSync(own.cert, testCertificate.cert)
  writeFileSync(own.key, testCertificate.key)
  const worker = await stack.startWorker({
    ...tls,
    FRESHET_TLS_CERT_FILE: own.cert,
    FRESHET_TLS_KEY_FILE: own.key,
  })
  const ends = () => worker.metric('tls_certificate_not_after_seconds{certificate="own"}')
  const endsAtFirst = await ends()
  const nodesRead = () => stack.db.metricBaseline.count()
  await expect.poll(() => worker.metric(SAMPLED), { timeout: 30_000 }).toBeGreaterThan(1)
  expect(await nodesRead()).toBe(0)

  copyFileSync(clientCert, own.cert)
  copyFileSync(clientKey, own.key)
  await expect.poll(nodesRead, { timeout: 40_000 }).toBe(1)
  expect(await ends()).toBeGreaterThan(endsAtFirst)
})
