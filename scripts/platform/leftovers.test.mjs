import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest'
import { identify } from '../processes/identity.mjs'
import { recordPid } from '../processes/pid-file.mjs'
import { stopLeftovers } from './leftovers.mjs'

/** @type {string} */
let runDir
beforeEach(() => {
  runDir = mkdtempSync(path.join(tmpdir(), 'freshet-leftovers-'))
})
afterEach(() => rmSync(runDir, { recursive: true, force: true }))

/** A process that writes its name into a list when it is told to stop. @param {string} name @param {string} list */
async function stray(name, list) {
  const script = `trap 'echo ${name} >> ${list}; exit' TERM; echo up; while :; do sleep 0.01; done`
  const child = spawn('sh', ['-c', script], { detached: true })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  return child
}

test('stops what an earlier start left, those who ask before those who answer', async () => {
  const list = path.join(runDir, 'list')
  for (const name of ['postgres', 'node-1', 'traffic', 'redis']) {
    const child = await stray(name, list)
    recordPid(runDir, name, child.pid ?? 0, 'SIGTERM')
  }
  expect((await stopLeftovers(runDir)).sort()).toEqual(['node-1', 'postgres', 'redis', 'traffic'])
  expect(readFileSync(list, 'utf8')).toBe('traffic\nnode-1\nredis\npostgres\n')
  expect(await stopLeftovers(runDir)).toEqual([])
})

test('leaves alone a process that merely bears a recorded number', async () => {
  const child = await stray('innocent', path.join(runDir, 'list'))
  const record = { pid: child.pid, startedAt: 'long ago', name: 'redis', stopSignal: 'SIGTERM' }
  writeFileSync(path.join(runDir, 'redis.pid.json'), JSON.stringify(record))
  expect(await stopLeftovers(runDir)).toEqual([])
  expect(identify(child.pid ?? 0)).toBeDefined()
})

test('a record that a kill cut short stops nobody and no start', async () => {
  writeFileSync(path.join(runDir, 'redis.pid.json'), '{"pid": 1')
  expect(await stopLeftovers(runDir)).toEqual([])
})
