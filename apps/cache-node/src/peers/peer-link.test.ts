import { type AddressInfo, createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { systemClock } from '@freshet/core/clock'
import { AppError } from '@freshet/core/errors/app-error'
import { TcpProxy } from '@freshet/testing/tcp-proxy'
import { buildConnector } from 'undici'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { PeerAddress } from './peer-directory.ts'
import { PeerLink } from './peer-link.ts'
import { startStubNode } from './testing/stub-node.ts'

const PING_MS = 60
const PATIENCE_MS = 5_000

function link(address: PeerAddress, { maxConnections = 4, silenceMs = 2 * PING_MS } = {}) {
  const lost: string[] = []
  const made = new PeerLink(address, {
    clock: systemClock,
    connect: buildConnector({}),
    maxConnections,
    silenceMs,
    onLost: (node) => lost.push(node),
  })
  onTestFinished(() => made.destroy())
  const ask = (path = '/a', patienceMs = PATIENCE_MS, maxBytes = 1_000) =>
    made.send({ method: 'GET', path, headers: [] }, maxBytes, patienceMs).then(
      ({ body }) => body.toString(),
      (error: AppError) => {
        if (!(error instanceof AppError) || error.code !== 'peer_unavailable') throw error
        return `unavailable: ${error.facts.state}`
      },
    )
  return { link: made, ask, lost }
}

/** So long that a busy machine does not make it seem over: who ends before has not waited for it. */
const NEVER_SILENT = { silenceMs: 20 * PATIENCE_MS }

describe('the way to another node', () => {
  it('uses its connections again', async () => {
    const node = await startStubNode((_, response) => response.end('answer'))
    let connections = 0
    node.server.on('connection', () => connections++)
    const { ask } = link(node.address)
    for (let i = 0; i < 10; i++) expect(await ask()).toBe('answer')
    // The second, where the next request begins before the first has been told that its connection is free.
    expect(connections - node.pings).toBeLessThanOrEqual(2)
  })

  it('waits for a slow node that answers pings, for all who wait with one ping at a time', async () => {
    const node = await startStubNode((_, response) => void sleep(16 * PING_MS).then(() => response.end('late')))
    const { ask, lost } = link(node.address, { maxConnections: 64 })
    expect(await Promise.all(Array.from({ length: 50 }, () => ask()))).toEqual(Array(50).fill('late'))
    expect(node.pings).toBeGreaterThanOrEqual(2)
    expect(node.pings).toBeLessThanOrEqual(32)
    expect(lost).toEqual([])
  })

  it('but not for ever', async () => {
    const node = await startStubNode(() => {})
    const { ask, link: way } = link(node.address)
    expect(await ask('/a', 3 * PING_MS)).toBe('unavailable: overdue')
    // The node lives; others may ask it.
    expect(way.isUsable).toBe(true)
  })

  it('gives all up together when the node has fallen silent, asks it no more, and again when it is back', async () => {
    const node = await startStubNode((_, response) => response.end('answer'))
    const proxy = await TcpProxy.open(Number(new URL(node.address.url).port))
    onTestFinished(() => proxy.close())
    const { ask, link: way, lost } = link({ ...node.address, url: `http://127.0.0.1:${proxy.port}` })
    expect(await ask()).toBe('answer')

    proxy.pause()
    // Long before their patience is over, of which they would say that they are overdue.
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask()))
    expect(answers).toEqual(Array(20).fill('unavailable: silent'))
    expect(lost).toEqual(['node-2'])
    // Whoever was sent there would find it silent too.
    expect(await ask()).toBe('unavailable: unreachable')

    proxy.resume()
    await expect.poll(() => way.isUsable).toBe(true)
    expect(await ask()).toBe('answer')
  })

  it('finds out at once that nobody listens any more', async () => {
    const node = await startStubNode((_, response) => response.end('answer'))
    const { ask, lost } = link(node.address, NEVER_SILENT)
    await ask()
    node.close()
    expect(await ask()).toBe('unavailable: unreachable')
    expect(lost).toEqual(['node-2'])
  })

  it('asks once more where a connection was closed under a request: the node may have been closing it for its idleness', async () => {
    let requests = 0
    const node = await startStubNode((request, response) => {
      if (++requests === 2) request.socket.resetAndDestroy()
      else response.end(`answer ${requests}`)
    })
    const { ask, lost } = link(node.address)
    expect([await ask(), await ask()]).toEqual(['answer 1', 'answer 3'])
    expect(lost).toEqual([])
  })

  it('gives a node up that cuts every connection', async () => {
    const node = await startStubNode((request) => request.socket.destroy())
    const { ask, lost } = link(node.address)
    expect(await ask()).toBe('unavailable: unreachable')
    expect([node.asked.length, lost]).toEqual([2, ['node-2']])
  })

  it('takes no more of an answer than it may have', async () => {
    const node = await startStubNode((_, response) => {
      const timer = setInterval(() => response.write('x'.repeat(400)), 1)
      response.on('close', () => clearInterval(timer))
    })
    const { ask, link: way } = link(node.address)
    expect(await ask()).toBe('unavailable: unreadable')
    expect(way.isUsable).toBe(true)
  })

  it('gives up what still waits for a connection, and never sends it', async () => {
    const held: (() => void)[] = []
    const node = await startStubNode((_, response) => held.push(() => response.end('answer')))
    const { ask } = link(node.address, { maxConnections: 1 })
    const first = ask('/first')
    expect(await ask('/second', 2 * PING_MS)).toBe('unavailable: overdue')
    held[0]?.()
    expect(await first).toBe('answer')
    const third = ask('/third')
    await expect.poll(() => held.length).toBe(2)
    held[1]?.()
    expect(await third).toBe('answer')
    expect(node.asked).toEqual(['/first', '/third'])
  })

  it('lets those who wait have their answer when the node leaves in good order, and takes no new ones', async () => {
    const node = await startStubNode((_, response) => void sleep(3 * PING_MS).then(() => response.end('last')))
    const { ask, link: way } = link(node.address)
    const last = ask()
    await expect.poll(() => node.asked.length).toBe(1)
    way.retire()
    expect(await ask()).toBe('unavailable: unreachable')
    expect(await last).toBe('last')
  })

  it('gives up at once on a node that has left and is gone', async () => {
    const sockets: Socket[] = []
    const silent = createServer((socket) => sockets.push(socket))
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const { port } = silent.address() as AddressInfo
    const { ask, link: way } = link({ id: 'node-2', incarnation: '1', url: `http://127.0.0.1:${port}` }, NEVER_SILENT)
    const asking = ask()
    await expect.poll(() => sockets.length, { interval: 1 }).toBe(1)
    silent.close()
    way.retire()
    expect(await asking).toBe('unavailable: silent')
    for (const socket of sockets) socket.destroy()
  })

  it('does not take its own standing still for the silence of the other', async () => {
    const node = await startStubNode((_, response) => void sleep(2 * PING_MS).then(() => response.end('answer')))
    const { ask, lost } = link(node.address)
    const asking = ask()
    await sleep(PING_MS + 20)
    // The event loop of asker and asked: what was sent meanwhile lies in sockets, and every timer is overdue.
    const untilMs = performance.now() + 6 * PING_MS
    while (performance.now() < untilMs);
    expect(await asking).toBe('answer')
    expect(lost).toEqual([])
  })
})
