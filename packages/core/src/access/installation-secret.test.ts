import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { InstallationSecret, requireOwnSecret } from './installation-secret.ts'

const published = /FRESHET_SECRET=(.*)/.exec(
  readFileSync(new URL('../../../../infra/compose/development.env', import.meta.url), 'utf8'),
)?.[1]

it('refuses in production the secret that the repository publishes, and one that is hardly any', () => {
  expect(() => requireOwnSecret('production', published ?? '')).toThrow(/FRESHET_SECRET/)
  expect(() => requireOwnSecret('production', 'a'.repeat(64))).toThrow(/FRESHET_SECRET/)
  expect(() => requireOwnSecret('production', 'k9Zq1w8E+3rT5yU7iO0pA2sD4fG6hJ8k')).not.toThrow()
})

it('takes it elsewhere', () => {
  for (const environment of ['development', 'staging'] as const)
    expect(() => requireOwnSecret(environment, published ?? '')).not.toThrow()
})

it('wants 32 characters everywhere', () => {
  expect(InstallationSecret.safeParse('short').success).toBe(false)
})
