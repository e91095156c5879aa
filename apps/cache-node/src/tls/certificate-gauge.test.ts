import { Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { testCertificate } from '../http/lane/testing/certificate.ts'
import { registerCertificateGauge } from './certificate-gauge.ts'
import type { TlsMaterial } from './tls-material.ts'

const ENDS_S = Date.parse('2126-10-30T03:19:45Z') / 1_000

test('the end of what is in use is shown, and follows a renewal', async () => {
  const identity: { current: TlsMaterial } = { current: {} }
  const registry = new Registry()
  registerCertificateGauge(registry, identity)
  const shown = async () => [...(await registry.metrics()).matchAll(/^tls_\w+\{certificate="(\w+)"\} (\d+)$/gm)]
  expect(await shown()).toEqual([])
  identity.current = { cert: testCertificate.cert, key: testCertificate.key }
  expect((await shown()).map(([, name, at]) => [name, Number(at)])).toEqual([['own', ENDS_S]])
  identity.current = { ...identity.current, ca: testCertificate.cert }
  expect((await shown()).map(([, name]) => name)).toEqual(['own', 'authority'])
})
