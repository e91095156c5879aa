import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { identify, isAlive } from './identity.mjs'

test('a process is itself as long as it lives', async () => {
  const child = spawn('sleep', ['60'])
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child, 'spawn')
  const identity = identify(child.pid ?? 0)
  expect(identity && isAlive(identity)).toBe(true)
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(identity && isAlive(identity)).toBe(false)
})

test('a process that was given a recorded pid later is somebody else', () => {
  const self = identify(process.pid)
  expect(self && isAlive({ ...self, startedAt: `${self.startedAt}1` })).toBe(false)
})

test('a zombie is not alive: it only waits for its parent to look', async () => {
  // The shell starts a child and becomes `sleep`, which never asks how its child ended.
  const parent = spawn('sh', ['-c', 'true & echo $!; exec sleep 60'])
  onTestFinished(() => void parent.kill('SIGKILL'))
  const [printed] = await once(parent.stdout, 'data')
  await expect.poll(() => identify(Number(String(printed)))).toBeUndefined()
})
