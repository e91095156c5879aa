import { randomBytes } from 'node:crypto'
import { sealSecret } from '@freshet/core/access/secrets'
import { systemClock } from '@freshet/core/clock'
import { NamespacePolicy } from '@freshet/core/policy/namespace-policy'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CidrList } from './address-rules.ts'
import { OriginRegistry } from './origin-registry.ts'
import { createLocalOrigins } from './testing/local-origin.ts'

const never = new AbortController().signal
const secretsKey = randomBytes(32)
const local = createLocalOrigins()

let registry: OriginRegistry
let warnings: string[]

beforeEach(() => {
  warnings = []
  registry = new OriginRegistry({
    secretsKey,
    allow: CidrList.parse('127.0.0.0/8'),
    clock: systemClock,
    logger: { warn: (...args: unknown[]) => void warnings.push(String(args[1])) },
  })
})

afterEach(async () => {
  await registry.closeAll()
  await local.close()
})

const policy = (name: string, origin: object | null) => NamespacePolicy.parse({ name, origin })

describe('origin registry', () => {
  it('gives each policy with an origin its own', async () => {
    const base = await local.serve((request, response) => response.end(request.url))
    registry.adopt([policy('a', { url: `${base}/a/{1}` }), policy('b', { url: `${base}/b/{1}` }), policy('c', null)])
    expect(await registry.originOf('a')?.load('a:1', never)).toMatchObject({ body: Buffer.from('/a/1') })
    expect(await registry.originOf('b')?.load('b:1', never)).toMatchObject({ body: Buffer.from('/b/1') })
    expect(registry.originOf('c')).toBeNull()
    expect(registry.originOf('d')).toBeNull()
    expect([...registry.statuses().keys()]).toEqual(['a', 'b'])
  })

  it('keeps an origin whose settings did not change, with its breaker', async () => {
    const base = await local.serve((_, response) => response.writeHead(500).end())
    const settings = { url: `${base}/{1}`, breakerFailures: 1, retries: 0 }
    registry.adopt([policy('a', settings)])
    await registry
      .originOf('a')
      ?.load('a:1', never)
      .catch(() => undefined)
    const before = registry.originOf('a')
    registry.adopt([policy('a', settings), policy('b', { url: `${base}/{1}` })])
    expect(registry.originOf('a')).toBe(before)
    expect(registry.statuses().get('a')?.breaker).toBe('open')
  })

  it('replaces an origin whose settings changed, and lets the old one finish', async () => {
    let answer: () => void = () => undefined
    const base = await local.serve((request, response) => {
      if (request.url === '/old/1') answer = () => response.end('old')
      else response.end('new')
    })
    registry.adopt([policy('a', { url: `${base}/old/{1}` })])
    const old = registry.originOf('a')
    const loading = old?.load('a:1', never)
    await expect.poll(() => old?.status().inFlight).toBe(1)
    registry.adopt([policy('a', { url: `${base}/new/{1}` })])
    expect(await registry.originOf('a')?.load('a:1', never)).toMatchObject({ body: Buffer.from('new') })
    answer()
    expect(await loading).toMatchObject({ body: Buffer.from('old') })
  })

  it('replaces an origin when its largest value changes', async () => {
    const base = await local.serve((_, response) => response.end('12345'))
    const origin = { url: `${base}/{1}` }
    registry.adopt([NamespacePolicy.parse({ name: 'a', origin, maxValueBytes: 4 })])
    await expect(registry.originOf('a')?.load('a:1', never)).rejects.toMatchObject({ code: 'origin_failed' })
    registry.adopt([NamespacePolicy.parse({ name: 'a', origin, maxValueBytes: 5 })])
    expect(await registry.originOf('a')?.load('a:1', never)).toMatchObject({ kind: 'found' })
  })

  it('opens sealed headers for the origin, and only those marked secret', async () => {
    const base = await local.serve((request, response) =>
      response.end(`${request.headers['x-secret']} ${request.headers['x-plain']}`),
    )
    registry.adopt([
      policy('a', {
        url: `${base}/{1}`,
        headers: [
          { name: 'X-Secret', value: sealSecret('s3cret', secretsKey), secret: true },
          { name: 'X-Plain', value: 'sealed:v1:just-text' },
        ],
      }),
    ])
    expect(await registry.originOf('a')?.load('a:1', never)).toMatchObject({
      body: Buffer.from('s3cret sealed:v1:just-text'),
    })
  })

  it('refuses the loads of a namespace whose secret it cannot open, and serves the others', async () => {
    const base = await local.serve((_, response) => response.end('x'))
    const sealed = sealSecret('s3cret', randomBytes(32))
    registry.adopt([
      policy('a', { url: `${base}/{1}`, headers: [{ name: 'X-Secret', value: sealed, secret: true }] }),
      policy('b', { url: `${base}/{1}` }),
    ])
    await expect(registry.originOf('a')?.load('a:1', never)).rejects.toMatchObject({
      code: 'origin_unavailable',
      facts: { state: 'misconfigured' },
    })
    expect((await registry.originOf('a')?.loadMany(['a:1'], never))?.get('a:1')).toMatchObject({
      code: 'origin_unavailable',
    })
    expect(await registry.originOf('b')?.load('b:1', never)).toMatchObject({ kind: 'found' })
    expect(warnings).toHaveLength(1)
  })

  it('warns of the same fault of an origin once', async () => {
    const base = await local.serve((_, response) => response.writeHead(200, { 'cache-tag': 'x'.repeat(200) }).end('x'))
    registry.adopt([policy('a', { url: `${base}/{1}` })])
    for (let i = 0; i < 3; i++) await registry.originOf('a')?.load(`a:${i}`, never)
    expect(warnings).toHaveLength(1)
  })
})
