import { expect, test } from '@playwright/test'
import { stack } from '../stack.ts'
import { signInAs } from '../support/sign-in.ts'

test('every page comes with its security headers, and its scripts with this answer’s nonce', async ({ request }) => {
  const answer = await request.get('/sign-in')
  const policy = answer.headers()['content-security-policy'] ?? ''
  const nonce = /'nonce-([^']+)'/.exec(policy)?.[1]
  expect(nonce).toBeTruthy()
  expect(policy).toContain("frame-ancestors 'none'")
  expect(policy).not.toContain("script-src 'self' 'unsafe-inline'")
  expect(policy).not.toContain('unsafe-eval')
  expect(answer.headers()).toMatchObject({
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'same-origin',
    'x-frame-options': 'DENY',
  })
  const scripts = (await answer.text()).match(/<script[^>]*>/g) ?? []
  expect(scripts.length).toBeGreaterThan(0)
  for (const script of scripts) expect(script).toContain(`nonce="${nonce}"`)
  const other = await request.get('/sign-in')
  expect(other.headers()['content-security-policy']).not.toContain(nonce)
})

test('no page needs what its own policy forbids', async ({ page }) => {
  const refused: string[] = []
  page.on('console', (message) => {
    if (/Content Security Policy/i.test(message.text())) refused.push(message.text())
  })
  await signInAs(page, 'admin')
  for (const path of ['/namespaces', '/namespaces/products', '/docs']) await page.goto(path)
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  expect(refused).toEqual([])
})

test('a session changes things from our own pages only', async ({ page }) => {
  await signInAs(page, 'admin')
  const forged = { headers: { origin: 'https://evil.test', 'sec-fetch-site': 'cross-site' }, data: { policy: {} } }
  const rest = await page.request.put('/api/namespaces/forged', forged)
  expect(rest.status()).toBe(403)
  expect(await rest.json()).toMatchObject({ code: 'origin_not_allowed' })
  const rpc = await page.request.post('/api/trpc/namespaces.put', {
    ...forged,
    data: { json: { name: 'forged', policy: {} } },
  })
  expect(rpc.status()).toBe(403)
  expect((await page.request.get('/api/namespaces/forged')).status()).toBe(404)
})

test('the same procedures answer programs: with a key, and with a problem without one', async ({ request }) => {
  const withKey = { authorization: `Bearer ${stack().apiKey}` }
  const list = await request.get('/api/namespaces', { headers: withKey })
  expect(list.status()).toBe(200)
  expect((await list.json()).items.length).toBeGreaterThan(0)
  const stranger = await request.get('/api/namespaces')
  expect(stranger.status()).toBe(401)
  expect(stranger.headers()['content-type']).toBe('application/problem+json')
  const forged = await request.get('/api/namespaces', { headers: { authorization: `${withKey.authorization}x` } })
  expect(forged.status()).toBe(401)
  const nowhere = await request.get('/api/nowhere', { headers: withKey })
  expect(await nowhere.json()).toMatchObject({ status: 404, code: 'not_found' })
  const large = await request.post('/api/trpc/namespaces.put', {
    headers: withKey,
    data: { text: 'x'.repeat(2_000_000) },
  })
  expect(large.status()).toBe(413)
  const document = await request.get('/api/openapi.json')
  expect(Object.keys((await document.json()).paths)).toContain('/api/namespaces/{name}')
})
