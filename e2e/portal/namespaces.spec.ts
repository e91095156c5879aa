import { expect, type Page, test } from '@playwright/test'
import { stack } from '../stack.ts'
import { signInAs } from '../support/sign-in.ts'

const rest = (path: string) => new URL(path, stack().portal).href
const bearer = () => ({ authorization: `Bearer ${stack().apiKey}` })

/** What a node says of a value's lifetime, in seconds. */
async function lifetimeAt(node: string, key: string): Promise<number> {
  const url = new URL(`/api/cache/${encodeURIComponent(key)}`, node)
  const answer = await fetch(url, { headers: { ...bearer(), 'cache-control': 'no-cache' } })
  expect(answer.status).toBe(200)
  return Number(/max-age=(\d+)/.exec(answer.headers.get('cache-control') ?? '')?.[1])
}

async function setTtl(page: Page, amount: number, unit: string): Promise<void> {
  await page.getByLabel('TTL', { exact: true }).fill(String(amount))
  await page.getByLabel('Unit of TTL', { exact: true }).selectOption(unit)
}

test('a saved TTL is what every node uses within two seconds', async ({ page }) => {
  await signInAs(page, 'admin', '/namespaces/users')
  await page.getByLabel('TTL jitter').fill('0')
  // Another one at each run: what is there already would need no saving.
  const minutes = 60 + Math.floor(Math.random() * 900)
  await setTtl(page, minutes, 'min')
  await expect(page.getByText('2 unsaved changes').or(page.getByText('1 unsaved change'))).toBeVisible()
  const saved = page.waitForResponse((answer) => answer.url().includes('namespaces.put') && answer.ok())
  await page.getByRole('button', { name: 'Save' }).click()
  await saved
  await Promise.all(
    stack().nodes.map((node) =>
      expect.poll(() => lifetimeAt(node, 'users:1'), { timeout: 2_000, intervals: [100] }).toBe(minutes * 60),
    ),
  )
  await expect(page.getByText(/"users" saved as version \d+/)).toBeVisible()
  await expect(page.getByText(/Published to all nodes/)).toBeVisible()
})

test('a value out of its limits is refused in the units of its field, before it is sent', async ({ page }) => {
  await signInAs(page, 'admin', '/namespaces/reviews')
  const puts: string[] = []
  page.on('request', (request) => request.url().includes('namespaces.put') && puts.push(request.url()))
  await setTtl(page, 400, 'd')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('At most 365 d')).toBeVisible()
  await expect(page.getByText('1 field needs a look')).toBeVisible()
  await expect(page.getByLabel('TTL', { exact: true })).toBeFocused()
  expect(puts).toEqual([])
  await page.getByRole('button', { name: 'Discard' }).click()
  await expect(page.getByText('At most 365 d')).toBeHidden()
})

test('unsaved changes are not lost to a stray click', async ({ page }) => {
  await signInAs(page, 'admin', '/namespaces/reviews')
  await page.getByLabel('Negative TTL', { exact: true }).fill('3')
  const overview = page.getByRole('link', { name: 'Overview' })
  page.once('dialog', (dialog) => void dialog.dismiss())
  await overview.click()
  await expect(page.getByLabel('Negative TTL', { exact: true })).toHaveValue('3')
  page.once('dialog', (dialog) => void dialog.accept())
  await overview.click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Overview')
})

test('the address that a key is loaded from is shown as it is typed', async ({ page }) => {
  await signInAs(page, 'admin', '/namespaces/products')
  await page.getByLabel('URL template').fill('https://api.test/v2/{1}?all={key}')
  await expect(page.getByText('https://api.test/v2/1?all=products%3A1')).toBeVisible()
  await page.getByLabel('URL template').fill('https://{1}.test/')
  await page.getByLabel('URL template').blur()
  await expect(page.getByText(/placeholder may not stand in the host/i)).toBeVisible()
})

test('whoever saves second is shown what changed, and may put their own changes on top', async ({ page }) => {
  await signInAs(page, 'admin', '/namespaces/search')
  const negativeTtl = page.getByLabel('Negative TTL', { exact: true })
  await expect(negativeTtl).toBeVisible()
  const before = await (await fetch(rest('/api/namespaces/search'), { headers: bearer() })).json()
  const swrMs = before.policy.swrMs === 90_000 ? 91_000 : 90_000
  const theirs = await fetch(rest('/api/namespaces/search'), {
    method: 'PUT',
    headers: { ...bearer(), 'content-type': 'application/json' },
    body: JSON.stringify({ policy: { swrMs } }),
  })
  expect(theirs.status).toBe(200)

  const seconds = before.policy.negativeTtlMs === 7_000 ? 8 : 7
  await negativeTtl.fill(String(seconds))
  await page.getByLabel('Unit of Negative TTL').selectOption('s')
  await page.getByRole('button', { name: 'Save' }).click()
  const dialog = page.getByRole('dialog', { name: 'Somebody else saved first' })
  await expect(dialog.getByRole('row', { name: /Stale while revalidate/ })).toContainText(
    `1 min ${swrMs / 1_000 - 60} s`,
  )
  await dialog.getByRole('button', { name: 'Put my changes on top' }).click()
  await expect(page.getByText('1 unsaved change')).toBeVisible()
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText(/"search" saved as version/)).toBeVisible()

  const after = await (await fetch(rest('/api/namespaces/search'), { headers: bearer() })).json()
  expect(after.policy).toMatchObject({ swrMs, negativeTtlMs: seconds * 1_000 })
})

test('a test fetch shows status, time, headers and body of what the origin answers', async ({ page }) => {
  await signInAs(page, 'operator', '/namespaces/products')
  await page.getByRole('button', { name: 'Test fetch' }).click()
  const answer = page.getByRole('region', { name: 'Try the origin' })
  await expect(answer.getByText('200', { exact: true })).toBeVisible()
  await expect(answer.getByText(/\d ms, .*B, through node-\d/)).toBeVisible()
  await answer.getByText(/^Headers/).click()
  await expect(answer.getByText('content-type:')).toBeVisible()
  await expect(answer.getByRole('region', { name: 'Body' })).toContainText('"id"')
})

test('a namespace is declared, found, and deleted after its blast radius was named', async ({ page }) => {
  const name = `parcels-${Date.now()}`
  await signInAs(page, 'admin', '/namespaces')
  await page.getByRole('link', { name: 'New namespace' }).click()
  await page.getByRole('textbox', { name: 'Name' }).fill('not a name')
  await page.getByRole('button', { name: 'Create' }).click()
  await expect(page.getByText(/letters, digits, dot, dash and underscore/i)).toBeVisible()
  await page.getByRole('textbox', { name: 'Name' }).fill('products')
  await page.getByRole('button', { name: 'Create' }).click()
  await expect(page.getByText('A namespace of this name is there already')).toBeVisible()
  await page.getByRole('textbox', { name: 'Name' }).fill(name)
  await page.getByRole('button', { name: 'Create' }).click()
  await expect(page).toHaveURL(new RegExp(`/namespaces/${name}$`))

  await page.getByRole('link', { name: 'Namespaces' }).first().click()
  await page.getByLabel('Search by name or origin').fill(name)
  await expect(page).toHaveURL(new RegExp(`q=${name}`))
  await page.getByRole('table', { name: 'Namespaces' }).getByRole('link', { name }).click()
  await page.getByRole('button', { name: 'Delete', exact: true }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog).toContainText('It has no traffic right now.')
  await expect(dialog).toContainText(`All keys that begin with "${name}:"`)
  await dialog.getByRole('button', { name: 'Delete namespace' }).click()
  await expect(page).toHaveURL(/\/namespaces$/)
  expect((await fetch(rest(`/api/namespaces/${name}`), { headers: bearer() })).status).toBe(404)
})

test('a secret header is never shown again, and survives a change of something else', async ({ page }) => {
  const name = `vault-${Date.now()}`
  await signInAs(page, 'admin', `/namespaces/~new?name=${name}`)
  await page.getByRole('switch', { name: 'Load misses from an origin' }).click()
  await page.getByLabel('URL template').fill('http://127.0.0.1:9/{rest}')
  await page.getByRole('button', { name: 'Add a header' }).click()
  await page.getByLabel('Name of header 1').fill('x-api-key')
  await page.getByLabel('Value of header 1').fill('hunter2-hunter2')
  await page.getByRole('button', { name: 'Secret' }).click()
  await page.getByRole('button', { name: 'Create' }).click()
  await expect(page).toHaveURL(new RegExp(`/namespaces/${name}$`))
  await setTtl(page, 5, 'min')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText(`"${name}" saved as version 2`)).toBeVisible()
  await expect(page.getByLabel('Value of header 1')).toHaveAttribute('type', 'password')
  const stored = await fetch(rest(`/api/namespaces/${name}`), { headers: bearer() })
  expect(await stored.text()).not.toContain('hunter2')
  await fetch(rest(`/api/namespaces/${name}`), { method: 'DELETE', headers: bearer() })
})

test('a viewer reads the policy and can change nothing, neither on the page nor past it', async ({ page }) => {
  await signInAs(page, 'viewer', '/namespaces/products')
  await expect(page.getByText('read-only for your role')).toBeVisible()
  await expect(page.getByLabel('TTL', { exact: true })).toBeDisabled()
  await expect(page.getByRole('button', { name: 'Delete', exact: true })).toBeHidden()
  await expect(page.getByRole('button', { name: 'Test fetch' })).toBeHidden()
  const answer = await page.evaluate(async () => {
    const put = await fetch('/api/namespaces/products', {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ policy: { ttlMs: 1 } }),
    })
    return { status: put.status, problem: await put.json() }
  })
  expect(answer).toMatchObject({ status: 403, problem: { code: 'scope_missing' } })
})
