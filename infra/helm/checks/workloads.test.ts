import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { imagesOf, readStages } from '../../docker/stages.ts'
import { releases, selectorOf, selects, variablesOf, workloadsOf } from './releases.ts'

const checkout = path.resolve(import.meta.dirname, '../../..')
const source = (...names: string[]) => readFileSync(path.join(checkout, ...names), 'utf8')
const images = imagesOf(readStages(source('infra/docker/Dockerfile'))).map(({ name }) => name)

/** Who reads a container's variables, and where its routes are. */
const programs: Record<string, { reads: string[]; routes: string[] }> = {
  'cache-node': { reads: ['apps/cache-node/src/env.ts'], routes: ['apps/cache-node/src/http/routes/operations.ts'] },
  worker: { reads: ['apps/worker/src/env.ts'], routes: ['apps/worker/src/health-server.ts'] },
  portal: { reads: ['apps/web/src/env.ts'], routes: [] },
  migrations: { reads: ['packages/db/scripts/migrate.mjs'], routes: [] },
}
/** What Node itself reads, and Next's server. */
const OF_RUNTIMES = ['NODE_EXTRA_CA_CERTS', 'NODE_OPTIONS', 'HOSTNAME', 'PORT']

const MIB = 1024 ** 2
const bytesOf = (quantity = '') => Number(quantity.slice(0, -2)) * (quantity.endsWith('Gi') ? 1024 * MIB : MIB)

describe.each(releases)('$name', (release) => {
  const { manifests } = release
  const workloads = workloadsOf(release)

  test('runs every part that is switched on', () => {
    const optional = ['portal', 'migrations'].filter((name) => Object(release.values[name]).enabled)
    expect(workloads.map(({ container }) => container.name).toSorted()).toEqual(
      ['cache-node', 'worker', ...optional].toSorted(),
    )
  })

  describe.each(workloads.map((workload) => [workload.container.name, workload] as const))('%s', (name, workload) => {
    const { manifest, template, container } = workload
    const variables = variablesOf(container, manifests)

    test('may do no more than it must', () => {
      expect(template.spec).toMatchObject({
        automountServiceAccountToken: false,
        securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
      })
      expect(container.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      })
    })

    test('gets no variables from services, whose names are those of our settings', () => {
      expect(template.spec.enableServiceLinks).toBe(false)
    })

    test('runs a pinned image that the Dockerfile makes', () => {
      const [, image, tag] = /([\w-]+):([\w.-]+)$/.exec(container.image) ?? []
      expect(images).toContain(image)
      expect(tag).not.toBe('latest')
    })

    test('asks for memory and is limited to as much', () => {
      const { requests, limits } = container.resources
      expect(bytesOf(limits?.memory)).toBeGreaterThan(0)
      expect(bytesOf(requests?.memory)).toBeLessThanOrEqual(bytesOf(limits?.memory))
      expect(requests?.cpu).toBeTruthy()
    })

    test('is told only what its program reads', () => {
      const texts = (programs[name]?.reads ?? []).map((file) => source(file))
      expect(variables.size).toBeGreaterThan(1)
      for (const variable of variables.keys()) {
        const known = OF_RUNTIMES.includes(variable) || texts.some((text) => new RegExp(`\\b${variable}\\b`).test(text))
        expect(known, variable).toBe(true)
      }
    })

    test('has no secret in plain sight', () => {
      for (const [variable, value] of variables)
        if (/SECRET|PASSWORD|REDIS_URL|DATABASE_URL/.test(variable)) expect(value, variable).toBeNull()
    })

    test('takes secrets that exist, or that the values name', () => {
      const { secrets, migrations } = release.values
      const given = [Object(secrets).existingSecret, Object(migrations).existingSecret]
      for (const { name: variable, valueFrom } of container.env ?? []) {
        const reference = valueFrom?.secretKeyRef
        if (reference === undefined || given.includes(reference.name)) continue
        const secret = manifests.find(({ kind, metadata }) => kind === 'Secret' && metadata.name === reference.name)
        expect(Object.keys(secret?.stringData ?? {}), variable).toContain(reference.key)
      }
    })

    test('mounts what it has, and has what it mounts', () => {
      const volumes = (template.spec.volumes ?? []).map((volume) => volume.name)
      expect((container.volumeMounts ?? []).map((mount) => mount.name).toSorted()).toEqual(volumes.toSorted())
      for (const { emptyDir } of template.spec.volumes ?? []) if (emptyDir) expect(emptyDir.sizeLimit).toMatch(/Mi$/)
    })

    if (name === 'migrations') return

    test('listens on all addresses, at the port that it is asked at', () => {
      const [host, port] = [...variables].filter(([variable]) => /(^|_)(HOST|HOSTNAME|PORT)$/.test(variable))
      expect(host?.[1]).toMatch(/^(0\.0\.0\.0|::)$/)
      expect(port?.[1]).toBe(String(container.ports?.[0]?.containerPort))
    })

    test('selects the pods that it makes, by what never changes', () => {
      const selector = selectorOf(manifest)
      expect(selects(selector, template.metadata.labels)).toBe(true)
      expect(Object.keys(selector).toSorted()).toEqual([
        'app.kubernetes.io/component',
        'app.kubernetes.io/instance',
        'app.kubernetes.io/name',
      ])
    })

    test('is probed where it answers', () => {
      for (const probe of [container.startupProbe, container.livenessProbe, container.readinessProbe]) {
        expect(container.ports?.map((port) => port.name)).toContain(probe?.httpGet.port)
        const route = probe?.httpGet.path ?? ''
        const routes = programs[name]?.routes ?? []
        if (name === 'portal')
          expect(existsSync(path.join(checkout, `apps/web/src/app${route}/route.ts`)), route).toBe(true)
        else
          expect(
            routes.some((file) => source(file).includes(`'${route}'`)),
            route,
          ).toBe(true)
      }
    })

    test('gets a minute to start before anybody restarts it', () => {
      const { periodSeconds = 0, failureThreshold = 0 } = container.startupProbe ?? {}
      expect(periodSeconds * failureThreshold).toBeGreaterThanOrEqual(60)
    })

    test('may lose fewer pods at a time than there are', () => {
      const budget = manifests.find(
        ({ kind, spec }) =>
          kind === 'PodDisruptionBudget' && selects(selectorOf(spec ? { spec } : {}), template.metadata.labels),
      )
      const scaler = manifests.find(({ kind }) => kind === 'HorizontalPodAutoscaler')
      const least = manifest.spec?.replicas ?? scaler?.spec?.minReplicas ?? 0
      expect(budget?.spec?.maxUnavailable).toBeLessThan(least)
    })

    test('restarts when its settings change', () => {
      expect(template.metadata.annotations['checksum/settings']).toMatch(/^[0-9a-f]{64}$/)
    })
  })
})
