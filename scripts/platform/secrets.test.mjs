import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { keepApiKey, secretsOf } from './secrets.mjs'

function emptyFolder() {
  const folder = mkdtempSync(path.join(tmpdir(), 'freshet-secrets-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

test('what was made once is kept, the API key too', () => {
  const folder = emptyFolder()
  const first = secretsOf(folder, undefined)
  keepApiKey(folder, 'fk_a_b')
  expect(secretsOf(folder, undefined)).toEqual({ ...first, apiKey: 'fk_a_b' })
})

test('a file that an earlier release wrote keeps its secrets and gains those that are new, once', () => {
  const folder = emptyFolder()
  const old = { freshet: 'a', redis: 'b', postgres: 'c', demo: 'd' }
  writeFileSync(path.join(folder, 'secrets.json'), JSON.stringify(old))
  const secrets = secretsOf(folder, undefined)
  expect(secrets).toMatchObject(old)
  expect(secrets.postgresApp).toMatch(/^[\w-]{32}$/)
  expect(secretsOf(folder, undefined)).toEqual(secrets)
})

test('a given FRESHET_SECRET counts and is not written down', () => {
  const folder = emptyFolder()
  expect(secretsOf(folder, 'given').freshet).toBe('given')
  expect(readFileSync(path.join(folder, 'secrets.json'), 'utf8')).not.toContain('given')
})

test('a broken file is named instead of being replaced: the data is sealed with what it held', () => {
  const folder = emptyFolder()
  writeFileSync(path.join(folder, 'secrets.json'), '{"fres')
  expect(() => secretsOf(folder, undefined)).toThrow(/secrets\.json cannot be read/)
})
