import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { writeCertificates } from '@freshet/testing/redis-certificates'
import { scratchFolder } from '@freshet/testing/scratch-folder'
import { describe, expect, it, onTestFinished } from 'vitest'
import { TlsIdentity } from './tls-identity.ts'
import { readTlsMaterial } from './tls-material.ts'

/** A folder with the files of one process. */
function files() {
  const { folder, remove } = scratchFolder('tls')
  onTestFinished(remove)
  const { ca, serverCert, serverKey, clientKey } = writeCertificates(folder)
  const garbage = path.join(folder, 'garbage')
  writeFileSync(garbage, 'not a certificate')
  const own = { certFile: serverCert, keyFile: serverKey, caFile: ca, requireClientCerts: false }
  return { folder, own, clientKey, garbage }
}

describe('the files of a process', () => {
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
