import { copyFileSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { connect } from 'node:tls'
import { writeCertificates } from '@freshet/testing/redis-certificates'
import { scratchFolder } from '@freshet/testing/scratch-folder'
import { describe, expect, it, onTestFinished } from 'vitest'
import { testCertificate } from '../http/lane/testing/certificate.ts'
import { createNodeServer } from './create-server.ts'
import { TlsIdentity } from './tls-identity.ts'
import { readTlsMaterial } from './tls-material.ts'

/** A folder with the files of one node. */
function files() {
  const { folder, remove } = scratchFolder('tls')
  onTestFinished(remove)
  const { ca, serverCert, serverKey, clientCert, clientKey } = writeCertificates(folder)
  const garbage = path.join(folder, 'garbage')
  writeFileSync(garbage, 'not a certificate')
  const own = { certFile: serverCert, keyFile: serverKey, caFile: ca, requireClientCerts: false }
  return { folder, own, clientCert, clientKey, garbage }
}

describe('the files of a node', () => {
  it('are read', () => {
    const { cert, key, ca } = readTlsMaterial(files().own)
    for (const text of [cert, ca]) expect(text).toMatch(/^-----BEGIN CERTIFICATE/)
    expect(key).toMatch(/^-----BEGIN PRIVATE KEY/)
  })

  it.each<[string, (given: ReturnType<typeof files>) => object, RegExp]>([
    ['a certificate that is not there', () => ({ certFile: '/nowhere/a' }), /^FRESHET_TLS_CERT_FILE .*ENOENT.*nowhere/],
    ['a key that is not there', () => ({ keyFile: '/nowhere/b' }), /^FRESHET_TLS_KEY_FILE .*ENOENT/],
    ['an authority that is a folder', ({ folder }) => ({ caFile: folder }), /^FRESHET_TLS_CA_FILE .*EISDIR/],
    ['no certificate', ({ garbage }) => ({ certFile: garbage }), /^FRESHET_TLS_CERT_FILE holds no certificate/],
    ['no authority', ({ garbage }) => ({ caFile: garbage }), /^FRESHET_TLS_CA_FILE holds no certificate/],
    ['no key', ({ garbage }) => ({ keyFile: garbage }), /^FRESHET_TLS_KEY_FILE holds no private key/],
    [
      'the key of another',
      ({ clientKey }) => ({ keyFile: clientKey }),
      /FRESHET_TLS_KEY_FILE holds the key of another/,
    ],
  ])('are refused by the name of their variable: %s', (_what, change, message) => {
    const given = files()
    expect(() => new TlsIdentity({ ...given.own, ...change(given) })).toThrow(message)
  })
})

describe('a node whose certificate is renewed', () => {
  async function serve() {
    const given = files()
    const identity = new TlsIdentity(given.own)
    const errors: unknown[] = []
    identity.start((error) => errors.push(error), 10)
    const server = createNodeServer(identity, {})
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => {
      identity.stop()
      server.close()
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
    return { ...given, errors, shown }
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
