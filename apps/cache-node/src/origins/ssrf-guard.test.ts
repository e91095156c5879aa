import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Agent, request } from 'undici'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CidrList } from './address-rules.ts'
import { checkOriginUrl, createGuardedConnector, type LookupAll, type SsrfGuardOptions } from './ssrf-guard.ts'

let server: Server
let port: number
let connections = 0

beforeEach(async () => {
  connections = 0
  server = createServer((_, response) => response.end('reached'))
  server.on('connection', () => connections++)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})

afterEach(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

async function fetchThrough(url: string, options: SsrfGuardOptions): Promise<string> {
  const agent = new Agent({ connect: createGuardedConnector(options, 1_000) })
  try {
    const { body } = await request(url, { dispatcher: agent })
    return await body.text()
  } finally {
    await agent.destroy()
  }
}

/** A resolver that answers from a list, one answer per question. */
function resolver(...answers: { address: string; family: number }[][]): LookupAll {
  return (_hostname, _options, callback) => callback(null, answers.shift() ?? [])
}

const loopback = { address: '127.0.0.1', family: 4 }
const metadata = { address: '169.254.169.254', family: 4 }

describe('guarded connector', () => {
  it.each(['127.0.0.1', '2130706433', '0x7f000001', '0177.1', '127.1', '[::ffff:127.0.0.1]', 'localhost'])(
    'never connects to %s',
    async (host) => {
      await expect(fetchThrough(`http://${host}:${port}/`, { allow: [] })).rejects.toMatchObject({
        code: 'origin_failed',
        facts: { limit: 'loopback' },
      })
      expect(connections).toBe(0)
    },
  )

  it.each(['0.0.0.0', '[::]'])('never connects to %s, which many systems take for themselves', async (host) => {
    await expect(fetchThrough(`http://${host}:${port}/`, { allow: [] })).rejects.toMatchObject({
      facts: { limit: 'unspecified' },
    })
  })

  it('connects to what is allowed, by address and by name', async () => {
    const allow = CidrList.parse('127.0.0.0/8')
    expect(await fetchThrough(`http://127.0.0.1:${port}/`, { allow })).toBe('reached')
    expect(await fetchThrough(`http://localhost:${port}/`, { allow })).toBe('reached')
  })

  it('refuses a public name that resolves to a private address', async () => {
    await expect(
      fetchThrough(`http://rebind.example:${port}/`, { allow: [], lookup: resolver([metadata]) }),
    ).rejects.toMatchObject({ code: 'origin_failed', facts: { limit: 'linkLocal' } })
  })

  it('connects to the permitted one of several addresses', async () => {
    const allow = CidrList.parse('127.0.0.0/8')
    const lookup = resolver([metadata, loopback])
    expect(await fetchThrough(`http://mixed.example:${port}/`, { allow, lookup })).toBe('reached')
  })

  it('connects to the address it judged, whatever the name resolves to afterwards', async () => {
    const allow = CidrList.parse('127.0.0.0/8')
    const lookup = resolver([loopback], [metadata])
    expect(await fetchThrough(`http://rebind.example:${port}/`, { allow, lookup })).toBe('reached')
  })

  it('says nothing of the address that a name led to', async () => {
    const failure = await fetchThrough(`http://inner.example:${port}/`, {
      allow: [],
      lookup: resolver([{ address: '10.9.8.7', family: 4 }]),
    }).catch((error: Error) => error.message)
    expect(failure).toContain('private')
    expect(failure).not.toContain('10.9.8.7')
  })
})

describe('checkOriginUrl', () => {
  it.each([
    ['ftp://h/', 'scheme'],
    ['file:///etc/passwd', 'scheme'],
    ['http://user@h/', 'userinfo'],
    ['http://:secret@h/', 'userinfo'],
  ])('refuses %s by the rule %s', (url, rule) => {
    expect(() => checkOriginUrl(new URL(url))).toThrow(
      expect.objectContaining({ facts: { field: 'origin', limit: rule } }),
    )
  })
})
