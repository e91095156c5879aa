import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { identify } from './identity.mjs'
import { survivors } from './pid-file.mjs'
import { startService } from './service.mjs'

/** @type {string} */
let folder
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'freshet-service-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** @param {string} script @param {Partial<import('./service.mjs').ServiceSpec>} [more] */
function shell(script, more = {}) {
  const spec = {
    name: 'one',
    command: 'sh',
    args: ['-c', script],
    cwd: '/',
    env: process.env,
    logFile: path.join(folder, 'one.log'),
  }
  return startService({ ...spec, ...more })
}

/** @param {string} [log] */
const read = (log = 'one.log') => readFileSync(path.join(folder, log), 'utf8')

test('stops by its own signal, and is gone when the stop is done', async () => {
  const service = await shell("trap 'echo interrupted; exit 0' INT; echo up; while :; do sleep 0.01; done", {
    stopSignal: 'SIGINT',
  })
  await expect.poll(() => read()).toBe('up\n')
  await service.stop()
  expect(await service.exited).toEqual({ code: 0, signal: null })
  expect(read()).toBe('up\ninterrupted\n')
})

test('one that will not stop is killed when its grace is over', async () => {
  const service = await shell("trap '' TERM; echo up; while :; do sleep 0.01; done", { graceMs: 100 })
  await expect.poll(() => read()).toBe('up\n')
  await service.stop()
  expect(await service.exited).toEqual({ code: null, signal: 'SIGKILL' })
})

test('what it left running in its process group goes with it', async () => {
  const service = await shell('sleep 60 & echo $!')
  await service.exited
  await expect.poll(() => identify(Number(read()))).toBeUndefined()
})

test('it is on record while it lives', async () => {
  const runDir = path.join(folder, 'run')
  const service = await shell('exec sleep 60', { runDir })
  expect(survivors(runDir)).toMatchObject([{ name: 'one', pid: service.pid }])
  await service.stop()
  expect(survivors(runDir)).toEqual([])
})

test('the log of the run before is kept beside the new one', async () => {
  for (const word of ['first', 'second']) await (await shell(`echo ${word}`)).exited
  expect(read()).toBe('second\n')
  expect(read('one.previous.log')).toBe('first\n')
})

test('a program that does not exist is said at once', async () => {
  await expect(shell('', { command: '/nowhere/program' })).rejects.toThrow(/ENOENT/)
})

test.each([
  ['in a group of its own', true],
  ['in ours', false],
])('one that is paused goes with whoever started it and ended, %s', async (_, ownGroup) => {
  const module = JSON.stringify(path.join(import.meta.dirname, 'service.mjs'))
  const spec = {
    name: 'kept',
    command: 'sleep',
    args: ['60'],
    cwd: '/',
    env: {},
    logFile: path.join(folder, 'kept.log'),
    ownGroup,
  }
  const starter = `
    import { startService } from ${module}
    const service = await startService(${JSON.stringify(spec)})
    service.signal('SIGSTOP')
    console.log(service.pid)
    process.exit()`
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', starter], { encoding: 'utf8' })
  const pid = Number(stdout)
  expect(pid).toBeGreaterThan(0)
  await expect.poll(() => identify(pid)).toBeUndefined()
})
