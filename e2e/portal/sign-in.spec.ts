import { expect, test } from '@playwright/test'
import { stack } from '../stack.ts'
import { emailOf, signInAs, submitSignIn } from '../support/sign-in.ts'

test('a stranger is sent to sign in, and then to where they wanted to go', async ({ page }) => {
  await page.goto('/namespaces/products')
  await expect(page).toHaveURL(/\/sign-in\?next=%2Fnamespaces%2Fproducts$/)
  await submitSignIn(page, emailOf('admin'), stack().password)
  await expect(page).toHaveURL(/\/namespaces\/products$/)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('products')
})

test('a wrong password is refused with a sentence, and the right one is still taken', async ({ page }) => {
  await page.goto('/sign-in')
  await submitSignIn(page, emailOf('operator'), 'not the password')
  await expect(page.getByRole('alert').filter({ hasText: 'do not match an account' })).toBeVisible()
  await expect(page).toHaveURL(/\/sign-in$/)
  await submitSignIn(page, emailOf('operator'), stack().password)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Overview')
})

test('after some failures no further guess is looked at, and the form says for how long', async ({ page }) => {
  await page.goto('/sign-in')
  const guessed = `guessed-${Date.now()}@freshet.local`
  for (let guess = 0; guess < 5; guess++) {
    await submitSignIn(page, guessed, `guess ${guess}`)
    await expect(page.getByRole('alert').filter({ hasText: 'do not match' })).toBeVisible()
    await page.reload()
  }
  await submitSignIn(page, guessed, 'another guess')
  await expect(page.getByRole('alert').filter({ hasText: /Too many attempts\. Try again in 1[45] min/ })).toBeVisible()
})

test('signing out ends the session', async ({ page }) => {
  await signInAs(page, 'viewer')
  await page.getByRole('button', { name: /^Account of/ }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await expect(page).toHaveURL(/\/sign-in\?reason=signed-out$/)
  await page.goto('/')
  await expect(page).toHaveURL(/\/sign-in\?next=/)
  const answer = await page.request.get('/api/namespaces')
  expect(answer.status()).toBe(401)
})

test('another site cannot be smuggled in as the way on', async ({ page }) => {
  await page.goto('/sign-in?next=//evil.test/')
  await submitSignIn(page, emailOf('viewer'), stack().password)
  await expect(page).toHaveURL(new URL('/', stack().portal).href)
})

test('the demo says where its account is written down', async ({ page }) => {
  await page.goto('/sign-in')
  await expect(page.getByText('.freshet/demo.json')).toBeVisible()
})
