import { writeCertificates } from '@freshet/testing/redis-certificates'
import { scratchFolder } from '@freshet/testing/scratch-folder'
import { Registry } from 'prom-client'
import { expect, onTestFinished, test } from 'vitest'
import { registerCertificateGauge } from './certificate-gauge.ts'
import { readTlsMaterial, type TlsMaterial } from './tls-material.ts'

const ENDS_S = Date.parse('2126-10-30T08:39:13Z') / 1_000

test('the end of what is in use is shown, and follows a renewal', async () => {
  const { folder, remove } = scratchFolder('tls')
  onTestFinished(remove)
  const { ca, clientCert, clientKey } = writeCertificates(folder)
  const own = { certFile: clientCert, keyFile: clientKey, caFile: null, requireClientCerts: false }
  const identity: { current: TlsMaterial } = { current: {} }
  const registry = new Registry()
  registerCertificateGauge(registry, identity)
  const shown = async () => [...(await registry.metrics()).matchAll(/^tls_\w+\{certificate="(\w+)"\} (\d+)$/gm)]
  expect(await shown()).toEqual([])
  identity.current = readTlsMaterial(own)
  expect((await shown()).map(([, name, at]) => [name, Number(at)])).toEqual([['own', ENDS_S]])
  identity.current = readTlsMaterial({ ...own, caFile: ca })
  expect((await shown()).map(([, name]) => name)).toEqual(['own', 'authority'])
})
