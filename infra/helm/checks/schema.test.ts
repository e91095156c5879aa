import { describe, expect, test } from 'vitest'
import { schemaFaults } from './kubernetes-schema.ts'
import { releases } from './releases.ts'

test('what is rendered covers every template of the chart', () => {
  const kinds = new Set(releases.flatMap(({ manifests }) => manifests.map(({ kind }) => kind)))
  expect([...kinds].toSorted()).toEqual([
    'Certificate',
    'ConfigMap',
    'Deployment',
    'HorizontalPodAutoscaler',
    'Ingress',
    'Job',
    'NetworkPolicy',
    'PodDisruptionBudget',
    'PodMonitor',
    'PrometheusRule',
    'Secret',
    'Service',
    'ServiceAccount',
    'StatefulSet',
  ])
})

describe.each(releases)('$name', ({ manifests }) => {
  test.each(manifests.map((manifest) => [`${manifest.kind} ${manifest.metadata.name}`, manifest] as const))(
    '%s is what Kubernetes takes',
    async (_, manifest) => expect(await schemaFaults(manifest)).toEqual([]),
  )

  test('no two objects share kind and name', () => {
    const names = manifests.map(({ kind, metadata }) => `${kind} ${metadata.name}`)
    expect(new Set(names).size).toBe(names.length)
  })

  test('every name is one that DNS takes, with room for what Kubernetes adds', () => {
    for (const { kind, metadata } of manifests) {
      expect(metadata.name, kind).toMatch(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/)
      expect(metadata.name.length, kind).toBeLessThan(53)
    }
  })
})
