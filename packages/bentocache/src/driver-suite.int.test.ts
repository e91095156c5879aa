import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { type Installation, startInstallation } from '@freshet/client/testing/installation'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'

let installation: Installation
beforeAll(async () => {
  installation = await startInstallation({ nodes: 2 })
})
afterAll(() => installation.stop())

/** How many tests bentocache 1.6 registers: a suite that registers none must not pass. */
const TESTS = 21
const Outcome = z.object({ title: z.string(), passed: z.boolean(), reasons: z.array(z.string()) })

test('the driver passes the suite that bentocache publishes, run by its own runner', async () => {
  const program = path.join(import.meta.dirname, 'testing/run-driver-suite.ts')
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', program], {
    env: { FRESHET_URL: installation.urls.join(','), FRESHET_API_KEY: installation.apiKey },
  }).catch((failure) => failure)
  const outcomes = String(stdout)
    .split('\n')
    .filter(Boolean)
    .map((line) => Outcome.parse(JSON.parse(line)))
  expect(outcomes.filter(({ passed }) => !passed)).toEqual([])
  expect(outcomes).toHaveLength(TESTS)
})
