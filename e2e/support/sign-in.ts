import { expect, type Page } from '@playwright/test'
import { stack } from '../stack.ts'

export type DemoRole = 'viewer' | 'operator' | 'admin'

/** The demo has one person of each role, all with one password. */
export const emailOf = (role: DemoRole) => `${role}@freshet.local`

/** Fills in the form of the page that is open. */
export async function submitSignIn(page: Page, email: string, password: string): Promise<void> {
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

/** Signs in and ends at `path`, with the live feed open. */
export async function signInAs(page: Page, role: DemoRole, path = '/'): Promise<void> {
  await page.goto(`/sign-in?next=${encodeURIComponent(path)}`)
  await submitSignIn(page, emailOf(role), stack().password)
  await expect(page).toHaveURL(new RegExp(`${path.replaceAll(/[?~]/g, '\\$&')}$`))
  await expect(page.getByRole('status').filter({ hasText: 'Live' })).toBeVisible()
}
