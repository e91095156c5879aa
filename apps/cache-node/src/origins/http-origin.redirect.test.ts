import type { IncomingHttpHeaders } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { createLocalOrigins } from './testing/local-origin.ts'

const local = createLocalOrigins()
afterEach(() => local.close())

const never = new AbortController().signal

/** An origin whose every key redirects to `location`. */
async function redirecting(location: string | undefined, status = 302) {
  const base = await local.serve((request, response) => {
    if (request.url === '/there') response.end('arrived')
    else if (location === undefined) response.writeHead(status).end()
    else response.writeHead(status, { location }).end('moved')
  })
  return local.origin({ url: `${base}/{key}` })
}

describe('redirects', () => {
  it.each([301, 302, 303, 307, 308])('%i is followed', async (status) => {
    const origin = await redirecting('/there', status)
    expect(await origin.load('n:1', never)).toMatchObject({ body: Buffer.from('arrived') })
  })

  it('are followed three times and no more', async () => {
    let requests = 0
    const base = await local.serve((request, response) => {
      requests++
      const hop = Number(request.url?.slice(1))
      if (hop === 0) response.end('arrived')
      else response.writeHead(302, { location: `/${hop - 1}` }).end()
    })
    const origin = local.origin({ url: `${base}/{1}` })
    expect(await origin.load('n:3', never)).toMatchObject({ body: Buffer.from('arrived') })
    expect(requests).toBe(4)
    await expect(origin.load('n:4', never)).rejects.toMatchObject({ code: 'origin_failed' })
    expect(requests).toBe(8)
  })

  it.each([
    ['http://169.254.169.254/latest/meta-data/', 'linkLocal'],
    ['http://[fd00:ec2::254]/', 'uniqueLocal'],
    ['http://10.0.0.1/', 'private'],
    ['http://[::ffff:10.0.0.1]/', 'private'],
    ['http://0xa9fea9fe/', 'linkLocal'],
    ['file:///etc/passwd', 'scheme'],
    ['ftp://example.org/', 'scheme'],
    ['http://user:pass@127.0.0.1/', 'userinfo'],
  ])('never lead to %s', async (location, rule) => {
    const origin = await redirecting(location)
    await expect(origin.load('n:1', never)).rejects.toMatchObject({ code: 'origin_failed', facts: { limit: rule } })
    expect(origin.status().breaker).toBe('closed')
  })

  it.each([undefined, 'http://', 'http://a b/'])('lead nowhere without a usable Location (%s)', async (location) => {
    await expect((await redirecting(location)).load('n:1', never)).rejects.toMatchObject({
      code: 'origin_failed',
      message: expect.stringContaining('Location'),
    })
  })

  it('take the configured headers along within the origin and never beyond', async () => {
    const seen: Record<string, IncomingHttpHeaders> = {}
    const elsewhere = await local.serve((request, response) => {
      seen.elsewhere = request.headers
      response.end('arrived')
    })
    const base = await local.serve((request, response) => {
      seen[request.url ?? ''] = request.headers
      response.writeHead(302, { location: request.url === '/1' ? '/2' : `${elsewhere}/3` }).end()
    })
    const origin = local.origin({ url: `${base}/{1}`, headers: [{ name: 'X-Api-Key', value: 's3cret' }] })
    await origin.load('n:1', never)
    expect(seen['/1']).toHaveProperty('x-api-key', 's3cret')
    expect(seen['/2']).toHaveProperty('x-api-key', 's3cret')
    expect(seen.elsewhere).not.toHaveProperty('x-api-key')
  })
})
