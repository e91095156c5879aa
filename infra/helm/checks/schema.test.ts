import { describe, expect, test } from 'vitest'
import { render } from '../engine/chart.ts'
import { schemaFaults } from './kubernetes-schema.ts'
import { chart, manifestsOf, releases } from './releases.ts'

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

test('names stay within what Kubernetes takes, however long the release is called', () => {
  const long = { name: 'a-name-of-a-release-that-somebody-made-up-with-much-care', namespace: 'shop' }
  const { values } = releases[0] ?? {}
  const names = manifestsOf(render(chart, values ?? {}, long)).map(({ metadata }) => metadata.name)
  expect(names.length).toBeGreaterThan(10)
  // A pod of a StatefulSet adds its number, and its label the name of a revision: 11 characters.
  for (const name of names) expect(name.length, name).toBeLessThanOrEqual(63 - (name.endsWith('-node') ? 11 : 0))
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
