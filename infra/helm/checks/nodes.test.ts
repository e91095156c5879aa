import { describe, expect, test } from 'vitest'
import { render, valuesOf } from '../engine/chart.ts'
import { chart, manifestsOf, release, releases, selectorOf, selects, variablesOf, workloadsOf } from './releases.ts'

describe.each(releases)('$name', (rendered) => {
  const { manifests, values } = rendered
  const node = workloadsOf(rendered).find(({ container }) => container.name === 'cache-node')
  const variables = node ? variablesOf(node.container, manifests) : new Map<string, string | null>()
  const settings: { l1MaxBytes: number; drainMs: number; leaveSeconds: number } = Object(values.cacheNode)
  const encrypted = Object(values.tls).enabled === true

  test('a node is called as its pod is, and found under that name before it is ready', () => {
    const id = node?.container.env?.find(({ name }) => name === 'FRESHET_NODE_ID')
    expect(id?.valueFrom?.fieldRef?.fieldPath).toBe('metadata.name')
    const peers = manifests.find(({ spec }) => spec?.clusterIP === 'None')
    expect(peers?.spec).toMatchObject({ publishNotReadyAddresses: true })
    expect(node?.manifest.spec?.serviceName).toBe(peers?.metadata.name)
    expect(variables.get('FRESHET_NODE_URL')).toBe(
      `${encrypted ? 'https' : 'http'}://$(FRESHET_NODE_ID).${peers?.metadata.name}.${release.namespace}.svc.cluster.local:9400`,
    )
  })

  test('its name in the address is set before the address: Kubernetes fills in what stands above', () => {
    const names = (node?.container.env ?? []).map(({ name }) => name)
    expect(names.indexOf('FRESHET_NODE_ID')).toBeLessThan(names.indexOf('FRESHET_NODE_URL'))
  })

  test('memory leaves room beside the cache', () => {
    const limit = node?.container.resources.limits?.memory ?? ''
    expect(variables.get('FRESHET_L1_MAX_BYTES')).toBe(String(settings.l1MaxBytes))
    expect(settings.l1MaxBytes * 1.5).toBeLessThanOrEqual(Number.parseInt(limit, 10) * 1024 ** 3)
  })

  test('nobody kills a node before it has left, finished what is under way, and ended', () => {
    const { preStop } = node?.container.lifecycle ?? {}
    expect(preStop?.exec.command).toEqual(['node', 'drain.mjs', String(settings.leaveSeconds)])
    expect(node?.template.spec.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(
      settings.leaveSeconds + settings.drainMs / 1_000 + 2,
    )
  })

  test('nodes and worker follow the same protocol', () => {
    const worker = workloadsOf(rendered).find(({ container }) => container.name === 'worker')
    const ofWorker = worker ? variablesOf(worker.container, manifests) : new Map()
    for (const name of [
      'FRESHET_LEASE_MS',
      'FRESHET_FENCE_MS',
      'FRESHET_WAIT_REPLICAS',
      'FRESHET_ACK',
      'FRESHET_LOG_MAX_RECORDS',
    ])
      expect(ofWorker.get(name), name).toBe(variables.get(name))
  })

  test('services, scalers and monitors find the pods and ports that they mean', () => {
    for (const { kind, metadata, spec } of manifests) {
      if (!['Service', 'PodMonitor'].includes(kind)) continue
      const found = workloadsOf(rendered).filter(({ template }) =>
        selects(selectorOf(spec ? { spec } : {}), template.metadata.labels),
      )
      expect(
        found.map(({ container }) => container.name),
        metadata.name,
      ).toHaveLength(1)
      const ports = found.flatMap(({ container }) => container.ports ?? []).map(({ name }) => name)
      for (const { targetPort } of spec?.ports ?? []) expect(ports).toContain(targetPort)
      for (const { port, path } of spec?.podMetricsEndpoints ?? []) expect([...ports, path]).toEqual([port, '/metrics'])
    }
    const scaler = manifests.find(({ kind }) => kind === 'HorizontalPodAutoscaler')
    if (scaler) {
      expect(scaler.spec?.scaleTargetRef).toMatchObject({ kind: 'StatefulSet', name: node?.manifest.metadata.name })
      // A number here would undo the scaler's with every upgrade.
      expect(node?.manifest.spec?.replicas).toBeUndefined()
    }
  })

  test('an ingress leads to a service that exists', () => {
    const services = new Map(manifests.filter(({ kind }) => kind === 'Service').map((one) => [one.metadata.name, one]))
    const backends = manifests
      .flatMap(({ spec }) => spec?.rules ?? [])
      .flatMap(({ http }) => http?.paths ?? [])
      .map(({ backend }) => backend.service)
    for (const { name, port } of backends)
      expect(
        services.get(name)?.spec?.ports?.map((one) => one.name),
        name,
      ).toContain(port.name)
  })

  test('a certificate names every address by which a node is asked', () => {
    if (!encrypted) return expect(manifests.some(({ kind }) => kind === 'Certificate')).toBe(false)
    const names = manifests.find(({ kind }) => kind === 'Certificate')?.spec?.dnsNames
    const asked = new URL(variables.get('FRESHET_NODE_URL')?.replace('$(FRESHET_NODE_ID)', 'node') ?? '').hostname
    expect(names).toContain(asked.replace('node.', '*.'))
    expect(names).toContain(`cache-freshet.${release.namespace}.svc`)
  })
})

describe('a change of settings restarts whom it concerns', () => {
  const checksums = (given: object) => {
    const rendered = render(
      chart,
      valuesOf(chart, ...[releases[0]?.values ?? {}, JSON.parse(JSON.stringify(given))]),
      release,
    )
    return workloadsOf({ name: '', values: {}, manifests: manifestsOf(rendered) }).map(({ container, template }) => [
      container.name,
      template.metadata.annotations?.['checksum/settings'],
    ])
  }
  const before = Object.fromEntries(checksums({}))

  test('of nodes alone', () => {
    const after = Object.fromEntries(checksums({ cacheNode: { drainMs: 20_000 } }))
    expect(after['cache-node']).not.toBe(before['cache-node'])
    expect(after.worker).toBe(before.worker)
  })

  test('of the protocol: nodes and worker', () => {
    const after = Object.fromEntries(checksums({ coherence: { leaseMs: 3_000 } }))
    expect(after['cache-node']).not.toBe(before['cache-node'])
    expect(after.worker).not.toBe(before.worker)
  })
})
