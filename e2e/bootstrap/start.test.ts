import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { scratchFolder } from '@freshet/testing/scratch-folder'
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest'
import { alive, Started } from './started.ts'

let scratch: ReturnType<typeof scratchFolder>
beforeEach(() => {
  scratch = scratchFolder('start')
})
afterEach(() => scratch.remove())

function start(...args: string[]): Started {
  const started = new Started(scratch.folder, ...args)
  onTestFinished(async () => {
    await started.end('SIGTERM')
  })
  return started
}

const EVERYTHING = ['node-1', 'node-2', 'origin', 'portal', 'postgres', 'redis', 'worker']

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s stops everything that was started', async (signal) => {
  const started = start('--free-ports')
  await started.ready()
  const services = started.services()
  expect(alive(services).sort()).toEqual(EVERYTHING)
  expect(await started.end(signal)).toBe(0)
  expect(alive(services)).toEqual([])
})

test('told to stop while it comes up, it leaves nothing behind', async () => {
  const started = start('--free-ports')
  await expect.poll(() => started.output, { timeout: 60_000 }).toContain('PostgreSQL: ')
  const services = started.services()
  expect(await started.end('SIGINT')).toBe(0)
  expect(alive(services)).toEqual([])
})

test('after kill -9 the next start clears up, and goes on with the same data', async () => {
  const first = start('--free-ports')
  const before = await first.ready()
  const orphans = first.services()
  await first.end('SIGKILL')
  expect(alive(orphans).sort()).toEqual(EVERYTHING)

  const second = start('--free-ports')
  const after = await second.ready()
  expect(alive(orphans)).toEqual([])
  expect(after.apiKey).toBe(before.apiKey)
  const read = await fetch(`${after.nodes[0]}/api/cache/products:1`, {
    headers: { authorization: `Bearer ${before.apiKey}` },
  })
  expect(read.status).toBe(200)
})

test('a part that is killed comes back at its address', async () => {
  const started = start('--free-ports')
  const facts = await started.ready()
  for (const { name, pid } of started.services())
    if (['node-2', 'redis', 'postgres'].includes(name)) process.kill(pid, 'SIGKILL')
  for (const name of ['node-2', 'redis', 'postgres'])
    await expect.poll(() => started.output, { timeout: 30_000 }).toContain(`${name} is back`)
  const authorization = `Bearer ${facts.apiKey}`
  await expect
    .poll(
      () =>
        fetch(`${facts.nodes[1]}/api/cache/products:2`, { headers: { authorization } }).then(({ status }) => status),
      { timeout: 30_000 },
    )
    .toBe(200)
})

test('a second start on the same data is refused, and the first goes on', async () => {
  const first = start('--free-ports')
  const facts = await first.ready()
  const second = start('--free-ports')
  await once(second.process, 'exit')
  expect(second.process.exitCode).toBe(1)
  expect(second.output).toContain(`(pid ${first.process.pid})`)
  expect((await fetch(`${facts.nodes[0]}/readyz`)).status).toBe(200)
})

test('a port in use ends the start with a sentence, before anything is started', async () => {
  const holder = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void holder.close())
  await once(holder, 'listening')
  const { port } = holder.address() as AddressInfo
  const started = start('--portal-port', String(port))
  await once(started.process, 'exit')
  expect(started.process.exitCode).toBe(1)
  expect(started.output).toMatch(new RegExp(`Port (${port}, meant for the portal|\\d+, meant for .*), is in use by`))
})
