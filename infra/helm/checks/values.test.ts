import { describe, expect, test } from 'vitest'
import { render, valuesOf } from '../engine/chart.ts'
import type { Mapping } from '../engine/values.ts'
import { chart, release, valueFiles } from './releases.ts'

const minimal = valueFiles.find(([name]) => name === 'minimal')?.[1] ?? {}
const rendered = (...given: Mapping[]) => render(chart, valuesOf(chart, ...given), release)

/** Paths of a schema's properties, and of the values'. */
function pathsOf(value: object, childrenOf: (value: object) => object | undefined, above = ''): string[] {
  return Object.entries(childrenOf(value) ?? {}).flatMap(([key, child]) => {
    const path = `${above}.${key}`
    const inner = typeof child === 'object' && child !== null ? pathsOf(child, childrenOf, path) : []
    return inner.length > 0 ? inner : [path]
  })
}

test('schema and values.yaml know the same values', () => {
  const inValues = pathsOf(chart.values, (value) => (Array.isArray(value) ? undefined : value))
  const inSchema = pathsOf(chart.schema, (schema) => Object(schema).properties)
  // What is free in the schema (labels, resources) is known there by its name alone.
  const known = (path: string) => inSchema.some((one) => path === one || path.startsWith(`${one}.`))
  expect(inValues.filter((path) => !known(path))).toEqual([])
  // Helm itself sets `global`; claims are the API's, and rarely used.
  const spare = inSchema.filter((path) => path !== '.global' && !path.endsWith('.claims'))
  expect(spare.filter((path) => !inValues.some((one) => one === path || one.startsWith(`${path}.`)))).toEqual([])
})

test('without values nothing is rendered: there are no default passwords', () => {
  expect(() => rendered()).toThrow('secrets.freshetSecret is missing')
})

test('no value that is a secret has a default', () => {
  const { secrets, migrations } = chart.values
  expect(new Set(Object.values(Object(secrets)))).toEqual(new Set(['']))
  expect(migrations).toMatchObject({ databaseUrl: '', appPassword: '' })
})

describe('is refused', () => {
  const owned = {
    existingSecret: '',
    freshetSecret: 'x'.repeat(32),
    redisUrl: 'redis://r',
    databaseUrl: 'postgres://p',
  }

  test.each<[string, Mapping, string]>([
    ['a misspelt value', { cacheNode: { replica: 3 } }, 'additional properties'],
    ['a misspelt setting', { cacheNode: { settings: { FRESHET_L2_STAL_MS: '9' } } }, 'settings'],
    ['a setting that the chart makes itself', { worker: { settings: { FRESHET_LEASE_MS: '9' } } }, 'settings'],
    ['a finding that nobody finds', { coherence: { acceptedFindings: ['all_is_well'] } }, 'acceptedFindings'],
    ['a value of the wrong type', { cacheNode: { replicas: '3' } }, 'must be integer'],
    ['half a configuration of tokens', { cacheNode: { jwt: { issuer: 'https://id' } } }, '/cacheNode/jwt'],
    ['a short secret', { secrets: { ...owned, freshetSecret: 'short' } }, 'fewer than 32'],
    ['no Redis', { secrets: { ...owned, redisUrl: '' } }, 'secrets.redisUrl is missing'],
    ['another kind of store', { secrets: { ...owned, redisUrl: 'memcached://m' } }, '/secrets/redisUrl'],
    ['no PostgreSQL', { secrets: { ...owned, databaseUrl: '' } }, 'secrets.databaseUrl is missing'],
    ['a portal without TLS in production', { portal: { url: 'http://freshet.example.com' } }, 'https address'],
    ['a portal without an address', { portal: { url: '' } }, 'portal.url is missing'],
    ['sign-on without a client', { portal: { oidc: { issuer: 'https://id' } } }, 'portal.oidc.clientId'],
    ['migrations without a database', { migrations: { existingSecret: '' } }, 'migrations.databaseUrl'],
    ['TLS without a certificate', { tls: { enabled: true } }, 'tls needs'],
    [
      'client certificates that portal and worker lack',
      { tls: { enabled: true, clientCerts: 'require', existingSecret: 'nodes' } },
      'tls.existingClientSecret is missing',
    ],
    ['TLS without an issuer', { tls: { enabled: true, certManager: { enabled: true } } }, 'issuerRef.name'],
    ['an ingress without a host', { cacheNode: { ingress: { enabled: true } } }, 'cacheNode.ingress.host'],
    [
      'a scaler upside down',
      { cacheNode: { autoscaling: { enabled: true, minReplicas: 9, maxReplicas: 3 } } },
      'below',
    ],
    [
      'a scaler that measures nothing',
      { cacheNode: { autoscaling: { enabled: true, cpuUtilization: 0 } } },
      'needs cpuUtilization',
    ],
    ['the tag latest', { image: { tag: 'latest' } }, 'image.tag is latest'],
  ])('%s', (_, given, message) => expect(() => rendered(minimal, given)).toThrow(message))
})

test('whole numbers stay whole, however large: Go would print 5368709120 as 5.36870912e+09', () => {
  for (const [, given] of valueFiles) {
    const text = [...rendered(given)]
      .filter(([file]) => !file.includes('/monitoring/'))
      .map(([, body]) => body)
      .join('\n')
    expect(text).not.toMatch(/\de\+\d/)
  }
})

test('the notes say where the cache is', () => {
  const notes = [...rendered(minimal)].find(([file]) => file.endsWith('NOTES.txt'))?.[1]
  expect(notes).toContain('http://cache-freshet.shop.svc:9400')
  expect(notes).toContain('rollout status statefulset/cache-freshet-node')
})
