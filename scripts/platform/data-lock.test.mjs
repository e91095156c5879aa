import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest'
import { identify } from '../processes/identity.mjs'
import { lockData } from './data-lock.mjs'

/** @type {string} */
let dataDir
beforeEach(() => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'freshet-lock-'))
})
afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

test('a second start on the same data is refused, and told by whom', async () => {
  const holder = spawn('sleep', ['60'])
  onTestFinished(() => void holder.kill('SIGKILL'))
  await once(holder, 'spawn')
  writeFileSync(path.join(dataDir, 'lock.json'), JSON.stringify(identify(holder.pid ?? 0)))
  expect(() => lockData(dataDir)).toThrow(`(pid ${holder.pid})`)
})

test('a lock given back can be taken again', () => {
  lockData(dataDir)()
  expect(() => lockData(dataDir)).not.toThrow()
})

test.each([
  ['whose holder was killed', JSON.stringify({ pid: process.pid, startedAt: 'before the reboot' })],
  ['that was cut short', '{"pid": '],
])('a lock %s holds nobody up', (_, content) => {
  writeFileSync(path.join(dataDir, 'lock.json'), content)
  expect(() => lockData(dataDir)).not.toThrow()
})
