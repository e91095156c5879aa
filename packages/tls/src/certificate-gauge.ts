import { X509Certificate } from 'node:crypto'
import { Gauge, type Registry } from 'prom-client'
import type { TlsIdentity } from './tls-identity.ts'

/**
 * Shows when the certificates in use end, each time somebody scrapes: what was read last, and not what lies in the files.
 * A renewal that this process could not read is seen here as one that did not happen.
 */
export function registerCertificateGauge(registry: Registry, identity: Pick<TlsIdentity, 'current'>): void {
  new Gauge({
    name: 'tls_certificate_not_after_seconds',
    help: "Unix time at which a certificate in use ends: this process's own, and the first of its authorities.",
    labelNames: ['certificate'],
    registers: [registry],
    collect() {
      this.reset()
      const { cert, ca } = identity.current
      for (const [certificate, pem] of Object.entries({ own: cert, authority: ca }))
        if (pem !== undefined) this.set({ certificate }, Date.parse(new X509Certificate(pem).validTo) / 1_000)
    },
  })
}
