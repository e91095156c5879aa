import { describe, expect, test } from 'vitest'
import { render, valuesOf } from '../engine/chart.ts'
import { chart, manifestsOf, release, valueFiles, variablesOf, workloadsOf } from './releases.ts'

const minimal = valueFiles.find(([name]) => name === 'minimal')?.[1] ?? {}
const certManager = { enabled: true, issuerRef: { name: 'internal' } }

const given = {
  'no TLS': {},
  'TLS of nodes alone': { enabled: true, existingSecret: 'nodes' },
  'TLS of nodes alone, from cert-manager': { enabled: true, certManager },
  'client certificates': {
    ...{ enabled: true, clientCerts: 'require' },
    ...{ existingSecret: 'nodes', existingClientSecret: 'clients' },
  },
  'client certificates from cert-manager': { enabled: true, clientCerts: 'require', certManager },
}

describe.each(Object.entries(given))('with %s', (_, tls) => {
  const manifests = manifestsOf(render(chart, valuesOf(chart, minimal, { tls }), release))
  const workloads = new Map(workloadsOf({ name: '', values: {}, manifests }).map((one) => [one.container.name, one]))
  const asked = Object.hasOwn(tls, 'clientCerts')
  const secretOf = (name: string) =>
    workloads.get(name)?.template.spec.volumes?.find((volume) => volume.name === 'tls')?.secret

  test.each(['worker', 'portal'])('the %s believes the nodes, and has what they ask it for', (name) => {
    const workload = workloads.get(name)
    const variables = workload ? variablesOf(workload.container, manifests) : new Map()
    const files = ['CA_FILE', 'CERT_FILE', 'KEY_FILE'].map((file) => variables.get(`FRESHET_TLS_${file}`))
    const folder = workload?.container.volumeMounts?.find((mount) => mount.name === 'tls')?.mountPath
    if (Object.keys(tls).length === 0) return expect([...files, folder]).toEqual(Array(4).fill(undefined))
    expect(files).toEqual([
      `${folder}/ca.crt`,
      ...['crt', 'key'].map((end) => (asked ? `${folder}/tls.${end}` : undefined)),
    ])
    expect(variables.get('FRESHET_TLS_CLIENT_CERTS')).toBe(asked ? 'require' : 'off')
  })

  test.each(['worker', 'portal'])('the %s never gets the key with which nodes prove who they are', (name) => {
    const [own, ofNodes] = [secretOf(name), secretOf('cache-node')]
    if (own?.secretName === ofNodes?.secretName) expect(own?.items?.map(({ key }) => key)).toEqual(own && ['ca.crt'])
    else expect(asked).toBe(true)
  })

  test('cert-manager makes every Secret that is mounted, and no other', () => {
    const made = manifests.filter(({ kind }) => kind === 'Certificate').map(({ spec }) => spec?.secretName)
    const mounted = new Set(['cache-node', 'worker', 'portal'].flatMap((name) => secretOf(name)?.secretName ?? []))
    expect(made.toSorted()).toEqual(Object.hasOwn(tls, 'certManager') ? [...mounted].toSorted() : [])
  })
})
