import { chromiumHere } from '@freshet/scripts/provision/chromium'
import { defineConfig, devices } from '@playwright/test'

/** End-to-end tests: a real browser against a real platform, which the global set-up starts as `npm start` does. */
export default defineConfig({
  testDir: 'e2e',
  testMatch: '**/*.spec.ts',
  globalSetup: './e2e/stack.ts',
  timeout: 60_000,
  expect: { timeout: 10_000 },
  forbidOnly: Boolean(process.env.CI),
  retries: 0,
  workers: 2,
  reporter: 'list',
  use: {
    ...devices['Desktop Chrome'],
    // Set by the global set-up, before the workers read this file again.
    baseURL: process.env.FRESHET_PORTAL_URL,
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: chromiumHere(),
      args: [
        // Chromium's sandbox refuses to run as root; containers usually are.
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        '--disable-quic',
        '--disable-dev-shm-usage',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
})
