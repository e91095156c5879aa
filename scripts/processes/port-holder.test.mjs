import { once } from 'node:events'
import net from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { portHolder } from './port-holder.mjs'
import { freePort, freePorts, isPortFree } from './ports.mjs'

/** @param {number} port @param {string} host */
async function listen(port, host) {
  const server = net.createServer().listen(port, host)
  onTestFinished(() => void server.close())
  await once(server, 'listening')
}

test('names the program that listens on a port', async () => {
  const port = await freePort()
  expect(portHolder(port)).toBeUndefined()
  await listen(port, '127.0.0.1')
  expect(portHolder(port)).toMatch(new RegExp(`^.+ \\(pid ${process.pid}\\)$`))
})

test.each(['127.0.0.1', '0.0.0.0', '::'])('a port that somebody listens to on %s is not free', async (host) => {
  const port = await freePort()
  expect(await isPortFree(port)).toBe(true)
  await listen(port, host)
  expect(await isPortFree(port)).toBe(false)
})

test('several free ports are different ones', async () => {
  expect(new Set(await freePorts(20)).size).toBe(20)
})
