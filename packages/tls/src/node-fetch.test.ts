import { copyFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { TLSSocket } from 'node:tls'
import { writeCertificates } from '@freshet/testing/redis-certificates'
import { scratchFolder } from '@freshet/testing/scratch-folder'
import { expect, onTestFinished, test } from 'vitest'
import { createNodeFetch } from './node-fetch.ts'
import { TlsIdentity } from './tls-identity.ts'
import { readTlsMaterial } from './tls-material.ts'

/** A server that says whom it believes to see, and who is told of its authority. */
async function startServer() {
  const { folder, remove } = scratchFolder('tls')
  const { ca, serverCert, serverKey, clientCert, clientKey } = writeCertificates(folder)
  const material = readTlsMaterial({ certFile: serverCert, keyFile: serverKey, caFile: ca, requireClientCerts: false })
  const server = createServer({ ...material, requestCert: true, rejectUnauthorized: false }, ({ socket }, response) => {
    const seen = socket instanceof TLSSocket && socket.authorized ? socket.getPeerCertificate().subject.CN : 'nobody'
    response.setHeader('connection', 'close')
    response.end(seen)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    remove()
  })
  const { port } = server.address() as AddressInfo
  function start(
    own: { certFile: string; keyFile: string } | { certFile: null; keyFile: null },
    caFile: string | null,
  ) {
    const identity = new TlsIdentity({ ...own, caFile, requireClientCerts: false })
    identity.start(() => {}, 10)
    const { fetch, close } = createNodeFetch(identity)
    onTestFinished(async () => {
      identity.stop()
      await close()
    })
    return async () => {
      const answer = await fetch(`https://127.0.0.1:${port}/`, { headers: {}, signal: AbortSignal.timeout(5_000) })
      return answer.text()
    }
  }
  return { ca, serverCert, serverKey, clientCert, clientKey, start }
}

test('a node is shown the certificate, and the renewed one once the files have changed', async () => {
  const { ca, serverCert, serverKey, clientCert, clientKey, start } = await startServer()
  const ask = start({ certFile: clientCert, keyFile: clientKey }, ca)
  expect(await ask()).toBe('freshet')
  copyFileSync(serverCert, clientCert)
  copyFileSync(serverKey, clientKey)
  await expect.poll(ask).toBe('redis.test')
})

test('who has no certificate may ask all the same, and is nobody', async () => {
  const { ca, start } = await startServer()
  expect(await start({ certFile: null, keyFile: null }, ca)()).toBe('nobody')
})

test('a node whose certificate the authority has not signed is not asked', async () => {
  const { clientCert, clientKey, start } = await startServer()
  await expect(start({ certFile: clientCert, keyFile: clientKey }, null)()).rejects.toMatchObject({
    cause: { code: 'SELF_SIGNED_CERT_IN_CHAIN' },
  })
})
