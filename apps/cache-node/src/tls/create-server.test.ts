import { copyFileSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:tls'
import { writeCertificates } from '@freshet/testing/redis-certificates'
import { scratchFolder } from '@freshet/testing/scratch-folder'
import { testCertificate } from '@freshet/testing/self-signed-certificate'
import { TlsIdentity } from '@freshet/tls/tls-identity'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createNodeServer } from './create-server.ts'

describe('a node whose certificate is renewed', () => {
  async function serve() {
    const { folder, remove } = scratchFolder('tls')
    const { ca, serverCert, serverKey, clientCert, clientKey } = writeCertificates(folder)
    const own = { certFile: serverCert, keyFile: serverKey, caFile: ca, requireClientCerts: false }
    const identity = new TlsIdentity(own)
    const errors: unknown[] = []
    identity.start((error) => errors.push(error), 10)
    const server = createNodeServer(identity, {})
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => {
      identity.stop()
      server.close()
      remove()
    })
    const { port } = server.address() as AddressInfo
    /** Who the server says it is, on a new connection. */
    const shown = () =>
      new Promise<string>((resolve, reject) => {
        const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false }, () => {
          resolve(String(socket.getPeerCertificate().subject.CN))
          socket.destroy()
        }).on('error', reject)
      })
    return { own, clientCert, clientKey, errors, shown }
  }

  it('shows the new one without a restart', async () => {
    const { own, shown } = await serve()
    expect(await shown()).toBe('redis.test')
    writeFileSync(own.certFile, testCertificate.cert)
    writeFileSync(own.keyFile, testCertificate.key)
    await expect.poll(shown).toBe('localhost')
  })

  it('goes on with the old one while only half of the new pair is there', async () => {
    const { own, shown, errors, clientCert, clientKey } = await serve()
    copyFileSync(clientCert, own.certFile)
    await expect.poll(() => errors.length).toBeGreaterThan(2)
    expect(String(errors[0])).toContain('FRESHET_TLS_KEY_FILE')
    expect(await shown()).toBe('redis.test')
    copyFileSync(clientKey, own.keyFile)
    await expect.poll(shown).toBe('freshet')
  })
})
