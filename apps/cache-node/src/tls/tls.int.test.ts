import { writeFileSync } from 'node:fs'
import { writeCertificates } from '@freshet/testing/redis-certificates'
import { scratchFolder } from '@freshet/testing/scratch-folder'
import { testCertificate } from '@freshet/testing/self-signed-certificate'
import { readTlsMaterial } from '@freshet/tls/tls-material'
import { Agent, getGlobalDispatcher, setGlobalDispatcher } from 'undici'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startNodeRing } from '../peers/testing/node-ring.ts'

/** Two nodes over TLS; this process shows a certificate of its own, like portal and worker, until it is told not to. */
async function startTlsRing(
  clientCerts: 'off' | 'require',
  stranger: (folder: string) => Record<string, string> = () => ({}),
) {
  const { folder, remove } = scratchFolder('tls')
  const { ca, serverCert, serverKey, clientCert, clientKey } = writeCertificates(folder)
  const before = getGlobalDispatcher()
  const believe = readTlsMaterial({ certFile: null, keyFile: null, caFile: ca, requireClientCerts: false })
  const shown = readTlsMaterial({ certFile: clientCert, keyFile: clientKey, caFile: ca, requireClientCerts: false })
  // The nodes' authority, and the stranger whom only this process believes.
  const authorities = [believe.ca ?? '', testCertificate.cert]
  const show = (certificate: boolean) =>
    setGlobalDispatcher(
      new Agent({
        connect: { ...(certificate ? shown : believe), ca: authorities, checkServerIdentity: () => undefined },
      }),
    )
  show(true)
  onTestFinished(() => {
    setGlobalDispatcher(before)
    remove()
  })
  const ring = await startNodeRing(2, (id) => ({
    FRESHET_TLS_CERT_FILE: serverCert,
    FRESHET_TLS_KEY_FILE: serverKey,
    FRESHET_TLS_CA_FILE: ca,
    FRESHET_TLS_CLIENT_CERTS: clientCerts,
    ...(id === 'node-2' && stranger(folder)),
  }))
  return { ...ring, show }
}

describe('nodes with certificates', () => {
  it.each(['off', 'require'] as const)('read from each other over TLS, client certificates %s', async (clientCerts) => {
    const { nodes, keyWithPreference, loads } = await startTlsRing(clientCerts)
    const key = keyWithPreference('node-2')
    const [first, second] = nodes
    expect(first?.url).toMatch(/^https:/)
    expect((await first?.call('GET', `/api/cache/${key}`))?.text).toBe('1')
    expect((await first?.call('GET', `/api/cache/${key}`))?.headers['cache-status']).toMatch(/detail=peer/)
    expect(loads()).toBe(1)
    expect((await second?.counters())?.peers.served).toBe(2)
  })

  it('take the internal token beside a certificate only where they require one, and API keys without', async () => {
    const { nodes, show, positionAt } = await startTlsRing('require')
    const [node] = nodes
    if (node === undefined) throw new Error('no node')
    const forwarded = { 'freshet-forwarded': `${await positionAt(node)};to=node-1` }
    await node.call('PUT', '/api/cache/p:1', { body: 'value' })
    expect((await node.asNode('GET', '/api/cache/p:1', { headers: forwarded })).status).toBe(200)
    show(false)
    // Again and again: a session that is resumed must not pass for one that began with a certificate.
    for (const headers of [forwarded, {}, { ...forwarded, 'x-long-way': '1' }, forwarded, {}]) {
      const refused = await node.asNode('GET', '/api/cache/p:1', { headers })
      expect([refused.status, refused.problem?.detail]).toEqual([401, expect.stringContaining('client certificate')])
      // So that who shows a better one later is not held to what this connection began with.
      expect(refused.headers.connection).toBe('close')
    }
    expect((await node.asNode('POST', '/api/peers/mget', { headers: forwarded, body: '' })).status).toBe(401)
    expect((await node.call('GET', '/api/cache/p:1')).text).toBe('value')
    expect((await fetch(`${node.url}/readyz`)).status).toBe(200)
  })

  it('do without a node whose certificate their authority has not signed, and show it no secret', async () => {
    const { nodes, keyWithPreference, loads } = await startTlsRing('off', (folder) => {
      writeFileSync(`${folder}/other.crt`, testCertificate.cert)
      writeFileSync(`${folder}/other.key`, testCertificate.key)
      return { FRESHET_TLS_CERT_FILE: `${folder}/other.crt`, FRESHET_TLS_KEY_FILE: `${folder}/other.key` }
    })
    const [first, second] = nodes
    const key = keyWithPreference('node-2')
    expect((await first?.call('GET', `/api/cache/${key}`))?.headers['cache-status']).toMatch(/detail="origin absent"/)
    expect((await first?.counters())?.peers).toMatchObject({ answered: 0, unavailable: 1 })
    expect([(await second?.counters())?.peers.served, loads()]).toEqual([0, 1])
  })
})
