import { expect, type Page, test } from '@playwright/test'
import { stack } from '../stack.ts'
import { signInAs } from '../support/sign-in.ts'

/** The text of a card, without the trend. */
const card = (page: Page, label: string) =>
  page.getByRole('region', { name: 'Figures of the cluster' }).getByText(label, { exact: true }).locator('..')

test('figures of the running nodes move without a reload', async ({ page }) => {
  await signInAs(page, 'viewer')
  const requests = card(page, 'Requests').locator('p').nth(1)
  await expect(requests).toHaveText(/[1-9].*\/s/)
  const seen = new Set<string>()
  await expect
    .poll(async () => seen.add((await requests.textContent()) ?? '').size, { intervals: [500], timeout: 15_000 })
    .toBeGreaterThanOrEqual(3)
})

test('every node is shown with its state, and namespaces with their traffic', async ({ page }) => {
  await signInAs(page, 'viewer')
  const nodes = page.getByRole('table', { name: 'Nodes' })
  for (const url of stack().nodes) {
    const node = nodes.getByRole('row', { name: new RegExp(url) })
    await expect(node).toContainText('coherent')
    // Its share of the keys, and what that follows from.
    await expect(node).toContainText(/\d %/)
    await expect(node).toContainText('weight 100')
  }
  await expect(page.getByRole('table', { name: 'Namespaces' }).getByRole('link', { name: 'products' })).toBeVisible()
  await expect(page.getByRole('region', { name: 'Health' })).toContainText(/Healthy: \d of \d nodes coherent/)
})

test('the span of the charts is in the address, and the history is drawn after a reload', async ({ page }) => {
  await signInAs(page, 'viewer')
  // A platform that is younger than a minute has one point of an hour's chart at most, which is no line.
  await page.getByRole('radio', { name: '1 m' }).click()
  await expect(page).toHaveURL(/\?window=1m$/)
  await page.reload()
  await expect(page.getByRole('radio', { name: '1 m' })).toBeChecked()
  const chart = page.getByRole('figure', { name: /Share of reads/ })
  await expect(chart.locator('.recharts-line-curve')).toHaveAttribute('d', /M/, { timeout: 30_000 })
})

test('rows sort by a click on a heading, and say so', async ({ page }) => {
  await signInAs(page, 'viewer')
  const table = page.getByRole('table', { name: 'Namespaces' })
  const heading = table.getByRole('columnheader', { name: 'Namespace' })
  await heading.getByRole('button').click()
  await expect(heading).toHaveAttribute('aria-sort', 'ascending')
  const names = await table.getByRole('link').allTextContents()
  expect(names.length).toBeGreaterThan(2)
  expect(names).toEqual([...names].sort())
})
