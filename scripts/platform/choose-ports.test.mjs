import { once } from 'node:events'
import net from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { freePorts } from '../processes/ports.mjs'
import { choosePorts } from './choose-ports.mjs'
import { parseOptions } from './options.mjs'

/** Options whose ports are all free here. @param {string[]} more */
async function options(...more) {
  const [node, portal, worker, origin] = (await freePorts(4)).map(String)
  const env = {
    FRESHET_NODE_PORT: node,
    FRESHET_PORTAL_PORT: portal,
    FRESHET_WORKER_PORT: worker,
    DEMO_ORIGIN_PORT: origin,
  }
  return parseOptions(['--nodes', '1', ...more], env)
}

test('free ports are taken as they are asked for', async () => {
  const asked = await options()
  expect(await choosePorts(asked)).toEqual({ ...asked.ports, node: [asked.ports.node] })
})

test('a port in use is named, with its holder and the way to another', async () => {
  const asked = await options()
  const server = net.createServer().listen(asked.ports.portal, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  await expect(choosePorts(asked)).rejects.toThrow(
    new RegExp(
      `Port ${asked.ports.portal}, meant for the portal, is in use by .*\\(pid ${process.pid}\\).*--portal-port <port>" or FRESHET_PORTAL_PORT=<port>`,
    ),
  )
})

test('one port cannot serve two', async () => {
  const asked = await options()
  const clash = { ...asked, ports: { ...asked.ports, worker: asked.ports.node } }
  await expect(choosePorts(clash)).rejects.toThrow(
    `Port ${asked.ports.node} cannot serve both cache-node 1 and the worker`,
  )
})

test('any free ports will do when that is asked', async () => {
  const { node, portal, worker, origin } = await choosePorts(parseOptions(['--free-ports', '--nodes', '3'], {}))
  expect(new Set([...node, portal, worker, origin]).size).toBe(6)
})
