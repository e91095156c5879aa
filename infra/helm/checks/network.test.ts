import { describe, expect, test } from 'vitest'
import type { Manifest } from './manifest.ts'
import { type Release, releases, selectorOf, selects, workloadsOf } from './releases.ts'

/** Whether policies let one pod of the release open a port of another: out of the one, and into the other. */
function mayReach(release: Release, from: string, to: string): boolean {
  const workloads = workloadsOf(release)
  const labelsOf = (name: string) =>
    workloads.find(({ container }) => container.name === name)?.template.metadata.labels ?? {}
  const port = workloads.find(({ container }) => container.name === to)?.container.ports?.[0]?.name
  const allows = (name: string, other: string, direction: 'ingress' | 'egress') =>
    policiesFor(release, labelsOf(name)).some(({ spec }) =>
      (spec?.[direction] ?? []).some((rule) => {
        const peers = 'from' in rule ? rule.from : 'to' in rule ? rule.to : undefined
        const peerFits =
          peers === undefined ||
          peers.some(
            ({ podSelector, namespaceSelector }) =>
              podSelector && !namespaceSelector && selects(podSelector.matchLabels ?? {}, labelsOf(other)),
          )
        return peerFits && (rule.ports === undefined || rule.ports.some((one) => one.port === port))
      }),
    )
  return allows(from, to, 'egress') && allows(to, from, 'ingress')
}

function policiesFor({ manifests }: Release, labels: Record<string, string>): Manifest[] {
  return manifests.filter((one) => one.kind === 'NetworkPolicy' && selects(selectorOf(one), labels))
}

describe.each(releases)('$name', (release) => {
  const present = workloadsOf(release).map(({ container }) => container.name)

  test('every pod is under a policy that denies all, both ways', () => {
    for (const { template, container } of workloadsOf(release)) {
      const denial = policiesFor(release, template.metadata.labels).find(
        ({ spec }) => spec?.ingress === undefined && spec?.egress === undefined,
      )
      expect(denial?.spec?.policyTypes, container.name).toEqual(['Ingress', 'Egress'])
    }
  })

  test.each([
    ['cache-node', 'cache-node', true],
    ['portal', 'cache-node', true],
    ['worker', 'cache-node', true],
    ['cache-node', 'worker', false],
    ['cache-node', 'portal', false],
    ['portal', 'worker', false],
    ['worker', 'portal', false],
    ['migrations', 'cache-node', false],
    ['migrations', 'worker', false],
  ])('%s to %s: %s', (from, to, expected) => {
    // A part that is switched off neither reaches nor is reached.
    expect(mayReach(release, from, to)).toBe(expected && present.includes(from))
  })

  test('no node may ask PostgreSQL, and migrations nothing else', () => {
    const portsOf = (name: string) =>
      workloadsOf(release)
        .filter(({ container }) => container.name === name)
        .flatMap(({ template }) => policiesFor(release, template.metadata.labels))
        .flatMap(({ spec }) => spec?.egress ?? [])
        .flatMap(({ ports }) => ports?.map(({ port }) => port) ?? [])
    expect(portsOf('cache-node')).toContain(53)
    expect(portsOf('cache-node')).not.toContain(5432)
    if (present.includes('migrations')) expect(portsOf('migrations').toSorted()).toEqual([53, 53, 5432])
  })

  test('what is loaded from anywhere is not loaded from private networks', () => {
    const blocks = release.manifests
      .flatMap(({ spec }) => spec?.egress ?? [])
      .flatMap(({ to }) => to ?? [])
      .flatMap(({ ipBlock }) => ipBlock ?? [])
    for (const { cidr, except } of blocks.filter((block) => block.cidr === '0.0.0.0/0')) {
      expect(cidr).toBeTruthy()
      expect(except).toEqual(
        expect.arrayContaining(['169.254.0.0/16', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16']),
      )
    }
  })
})
