import { freePort } from '@freshet/scripts/processes/ports'
import { expect, type Page, test } from '@playwright/test'
import pg from 'pg'
import { type OidcTestProvider, startOidcProvider } from '../support/oidc-provider.ts'
import { type OwnPortal, startOwnPortal } from '../support/own-portal.ts'

let provider: OidcTestProvider
let portal: OwnPortal
let address: string

test.beforeAll(async () => {
  const port = await freePort()
  address = `http://localhost:${port}`
  provider = await startOidcProvider(`${address}/api/auth/callback/oidc`)
  portal = await startOwnPortal(port, {
    OIDC_ISSUER: provider.issuer,
    OIDC_CLIENT_ID: provider.clientId,
    OIDC_CLIENT_SECRET: provider.clientSecret,
    OIDC_NAME: 'Corp ID',
    OIDC_ROLE_MAP: JSON.stringify({ sre: 'admin', shop: { role: 'operator', namespaces: ['shop'] } }),
  })
  const person = (name: string, groups: string[], emailVerified = true) => ({
    name,
    groups,
    emailVerified,
    email: `${name.toLowerCase()}@corp.test`,
  })
  provider.people.set('ada', person('Ada', ['sre', 'everybody']))
  provider.people.set('omar', person('Omar', ['shop']))
  provider.people.set('vera', person('Vera', []))
  provider.people.set('mallory', { ...person('Mallory', ['sre'], false), email: 'owner@corp.test' })
})

test.afterAll(async () => {
  await portal?.stop()
  await provider?.stop()
})

async function query(sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: portal.databaseUrl })
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

async function signInByOidc(page: Page, login: string): Promise<void> {
  await page.goto(`${address}/sign-in?next=/namespaces`)
  await page.getByRole('button', { name: 'Sign in with Corp ID' }).click()
  await page.waitForURL((url) => url.origin === provider.issuer)
  await page.locator('input[name=login]').fill(login)
  await page.locator('input[name=password]').fill('any')
  await page.locator('button[type=submit]').click()
  await page.getByRole('button', { name: /continue/i }).click()
}

async function expectAccount(page: Page, facts: string): Promise<void> {
  await page.getByRole('button', { name: /^Account of/ }).click()
  await expect(page.getByRole('menu')).toContainText(facts)
  await page.keyboard.press('Escape')
}

test('groups of the provider become roles, and people come back to where they wanted to go', async ({ page }) => {
  await signInByOidc(page, 'ada')
  await expect(page).toHaveURL(`${address}/namespaces`)
  await expectAccount(page, 'admin, all namespaces')
  await expect(page.getByRole('link', { name: 'New namespace' })).toBeVisible()
})

test('a group may hold some namespaces only, and nobody’s group is a viewer', async ({ browser }) => {
  for (const [login, facts] of [
    ['omar', 'operator, 1 namespaces'],
    ['vera', 'viewer, all namespaces'],
  ] as const) {
    const context = await browser.newContext()
    const page = await context.newPage()
    await signInByOidc(page, login)
    await expect(page).toHaveURL(`${address}/namespaces`)
    await expectAccount(page, facts)
    await expect(page.getByRole('link', { name: 'New namespace' })).toBeHidden()
    await context.close()
  }
})

test('an address that the provider does not vouch for takes over no account', async ({ page }) => {
  await query(`insert into users (id, email, name, role, namespaces, updated_at)
    values (gen_random_uuid(), 'owner@corp.test', 'Owner', 'admin', '"*"', now())`)
  await signInByOidc(page, 'mallory')
  await expect(page).toHaveURL(/\/sign-in\?.*error=AccessDenied/)
  await expect(page.getByRole('alert').filter({ hasText: 'may not sign in here' })).toBeVisible()
  await page.goto(address)
  await expect(page).toHaveURL(/\/sign-in/)
})

test('who is disabled loses access at once, on an open page within a minute, and cannot come back', async ({
  page,
}) => {
  test.setTimeout(120_000)
  provider.people.set('dora', { name: 'Dora', email: 'dora@corp.test', emailVerified: true, groups: ['sre'] })
  await signInByOidc(page, 'dora')
  await expect(page.getByText('No namespace was declared')).toBeVisible()
  await expect(page.getByRole('status').filter({ hasText: 'Live' })).toBeVisible()
  await query(`update users set disabled_at = now() where email = 'dora@corp.test'`)
  expect((await page.request.get(`${address}/api/namespaces`)).status()).toBe(401)
  await expect(page).toHaveURL(/\/sign-in\?reason=expired/, { timeout: 75_000 })
  await page.goto(address)
  await expect(page).toHaveURL(/\/sign-in\?next=/)
  await page.context().clearCookies()
  await signInByOidc(page, 'dora')
  await expect(page).toHaveURL(/error=AccessDenied/)
})

test('a page that stays open says that the portal is away, and goes on by itself when it is back', async ({ page }) => {
  await signInByOidc(page, 'ada')
  const state = page.getByRole('status').filter({ hasText: /Live|Connection lost/ })
  await expect(state).toHaveText('Live')
  const back = portal.restart(8_000)
  await expect(state).toHaveText(/Connection lost/)
  await back
  await expect(state).toHaveText('Live', { timeout: 20_000 })
})

test('a callback that this browser did not ask for signs nobody in', async ({ page }) => {
  await page.goto(`${address}/api/auth/callback/oidc?code=stolen&state=forged`)
  await expect(page).toHaveURL(/\/sign-in\?.*error=OAuthCallback/)
  await page.goto(address)
  await expect(page).toHaveURL(/\/sign-in/)
})
