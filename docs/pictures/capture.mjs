/**
 * Takes the README's pictures of a running platform: `npm start` in one terminal, let its traffic run for a few minutes,
 * then `node docs/pictures/capture.mjs [data directory]` in another.
 */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { chromium } from '@playwright/test'
import { chromiumHere } from '../../scripts/provision/chromium.mjs'

const checkout = path.resolve(import.meta.dirname, '../..')
const dataDir = path.resolve(checkout, process.argv[2] ?? '.freshet')
const demo = JSON.parse(readFileSync(path.join(dataDir, 'demo.json'), 'utf8'))

/** Each page in each theme; `ready` is text that says that its figures have come. */
const PICTURES = [
  { name: 'overview', path: '/?window=5m', ready: 'Hit ratio' },
  { name: 'policy', path: '/namespaces/products', ready: 'products' },
]
const SIZE = { width: 1440, height: 900 }
/** Charts need some seconds of the live stream before they look as they do to a person who sits there. */
const SETTLE_MS = 15_000

const browser = await chromium.launch({
  executablePath: chromiumHere(),
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
})
try {
  for (const colorScheme of /** @type {const} */ (['dark', 'light'])) {
    const context = await browser.newContext({
      viewport: SIZE,
      deviceScaleFactor: 1.5,
      colorScheme,
      reducedMotion: 'reduce',
    })
    const page = await context.newPage()
    await signIn(page)
    for (const picture of PICTURES) {
      await page.goto(new URL(picture.path, demo.portal).href)
      await page.getByText(picture.ready).first().waitFor()
      await page.waitForTimeout(SETTLE_MS)
      await page.screenshot({ path: path.join(import.meta.dirname, `${picture.name}-${colorScheme}.png`) })
    }
    await context.close()
  }
} finally {
  await browser.close()
}

/** @param {import('@playwright/test').Page} page */
async function signIn(page) {
  await page.goto(new URL('/sign-in', demo.portal).href)
  await page.getByLabel('Email').fill(demo.email)
  await page.getByLabel('Password').fill(demo.password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'))
}
