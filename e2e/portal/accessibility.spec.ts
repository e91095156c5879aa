import AxeBuilder from '@axe-core/playwright'
import { expect, type Page, test } from '@playwright/test'
import { signInAs } from '../support/sign-in.ts'

const pages = ['/', '/namespaces', '/namespaces/products', '/namespaces/~new', '/docs']

/** What axe finds at WCAG 2.2 A and AA and in its best practices, in short. */
async function faultsOf(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  return violations.map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes.map(({ html }) => html).join(' | ')}`)
}

for (const theme of ['light', 'dark'] as const) {
  test(`axe finds nothing on any page, ${theme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: theme })
    await page.goto('/sign-in')
    expect(await faultsOf(page)).toEqual([])
    await signInAs(page, 'admin')
    for (const path of pages) {
      await page.goto(path)
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
      await expect(page.getByRole('status').filter({ hasText: 'Live' })).toBeVisible()
      expect(await faultsOf(page), path).toEqual([])
    }
  })
}

test('axe finds nothing in an open dialog, in an open menu and in a form with faults', async ({ page }) => {
  await signInAs(page, 'admin', '/namespaces/products')
  await page.getByLabel('TTL', { exact: true }).fill('0')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('1 field needs a look')).toBeVisible()
  expect(await faultsOf(page), 'form').toEqual([])
  await page.getByRole('button', { name: 'Delete', exact: true }).click()
  await expect(page.getByRole('dialog')).toBeVisible()
  expect(await faultsOf(page), 'dialog').toEqual([])
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: /^Account of/ }).click()
  await expect(page.getByRole('menu')).toBeVisible()
  expect(await faultsOf(page), 'menu').toEqual([])
})

test('the theme follows the system, and a choice is kept', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'dark' })
  await signInAs(page, 'viewer')
  await expect(page.locator('html')).toHaveClass(/dark/)
  await page.getByRole('button', { name: 'Theme' }).click()
  await page.getByRole('menuitem', { name: 'Light' }).click()
  await expect(page.locator('html')).not.toHaveClass(/dark/)
  await page.reload()
  await expect(page.locator('html')).not.toHaveClass(/dark/)
})

test('everything is reached by keyboard, and the focus is seen', async ({ page }) => {
  await signInAs(page, 'admin', '/namespaces')
  await page.keyboard.press('Tab')
  await expect(page.getByRole('link', { name: 'Skip to the content' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.locator('main')).toBeFocused()
  await page.keyboard.press('Tab')
  const create = page.getByRole('link', { name: 'New namespace' })
  await expect(create).toBeFocused()
  const outline = await create.evaluate((element) => getComputedStyle(element).outlineWidth)
  expect(Number.parseFloat(outline)).toBeGreaterThanOrEqual(2)
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/~new$/)
  // A dialog keeps the focus inside, and gives it back.
  await page.goto('/namespaces/products')
  await page.getByRole('button', { name: 'Delete', exact: true }).focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog')).toBeVisible()
  for (let step = 0; step < 6; step++) await page.keyboard.press('Tab')
  expect(await page.evaluate(() => document.activeElement?.closest('[role=dialog]') !== null)).toBe(true)
  await page.keyboard.press('Escape')
  await expect(page.getByRole('button', { name: 'Delete', exact: true })).toBeFocused()
})

test('on a phone nothing is cut off sideways, and the navigation opens from a button', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 })
  await signInAs(page, 'admin')
  for (const path of pages) {
    await page.goto(path)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    expect(overflow, path).toBeLessThanOrEqual(0)
  }
  await page.getByRole('button', { name: 'Open the navigation' }).click()
  await page.getByRole('dialog').getByRole('link', { name: 'Namespaces' }).click()
  await expect(page).toHaveURL(/\/namespaces$/)
  await expect(page.getByRole('dialog')).toBeHidden()
})
