import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { createLocalOrigins } from './testing/local-origin.ts'

const local = createLocalOrigins()
afterEach(() => local.close())

const never = new AbortController().signal
const HEAD = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n'

/** Writes once the request's head has arrived. */
const onRequest = (answer: (socket: Socket) => void) => (socket: Socket) => {
  socket.once('data', () => answer(socket))
}

describe('an origin that hangs', () => {
  it.each<[string, (socket: Socket) => void]>([
    ['before it answers', () => undefined],
    ['within its head', onRequest((socket) => socket.write('HTTP/1.1 200 OK\r\nConte'))],
    ['within its body', onRequest((socket) => socket.write(`${HEAD}Content-Length: 10\r\n\r\nabc`))],
    [
      'within a chunked body',
      onRequest((socket) => socket.write(`${HEAD}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n`)),
    ],
    [
      'while it sends a byte now and then',
      onRequest((socket) => {
        socket.write(`${HEAD}Content-Length: 1000\r\n\r\n`)
        const drip = setInterval(() => socket.write('x'), 20)
        socket.on('close', () => clearInterval(drip))
      }),
    ],
  ])('%s holds neither waiter nor slot', async (_, behave) => {
    const base = await local.serveRaw(behave)
    const origin = local.origin({ url: `${base}/{key}`, maxConcurrency: 1, maxQueue: 1 })
    const first = origin.load('n:1', never)
    const second = origin.load('n:2', never)
    await expect(first).rejects.toMatchObject({ code: 'origin_deadline' })
    await expect(second).rejects.toMatchObject({ code: 'origin_deadline' })
    expect(origin.status()).toMatchObject({ inFlight: 0, queued: 0 })
  })

  it('within an error page has failed by its status', async () => {
    const base = await local.serveRaw(
      onRequest((socket) => socket.write('HTTP/1.1 500 No\r\nContent-Length: 10\r\n\r\nabc')),
    )
    const origin = local.origin({ url: `${base}/{key}` })
    await expect(origin.load('n:1', never)).rejects.toMatchObject({ code: 'origin_failed', facts: { limit: 500 } })
    expect(origin.status().inFlight).toBe(0)
  })

  it('while its name is looked up holds neither waiter nor slot, and can be closed', async () => {
    const origin = local.origin({ url: 'http://nowhere.example/{key}' }, { lookup: () => undefined })
    await expect(origin.load('n:1', never)).rejects.toMatchObject({ code: 'origin_deadline' })
    expect(origin.status().inFlight).toBe(0)
    await origin.close()
  })

  it('lets go of its socket', async () => {
    let closed: () => void = () => undefined
    const socketClosed = new Promise<void>((resolve) => {
      closed = resolve
    })
    const base = await local.serveRaw((socket) => socket.on('close', closed))
    await expect(local.origin({ url: `${base}/{key}` }).load('n:1', never)).rejects.toMatchObject({
      code: 'origin_deadline',
    })
    await socketClosed
  })

  it('lets a caller go at once who leaves', async () => {
    const base = await local.serveRaw(() => undefined)
    const origin = local.origin({ url: `${base}/{key}`, attemptTimeoutMs: 30_000, deadlineMs: 60_000 })
    const caller = new AbortController()
    const load = origin.load('n:1', caller.signal)
    await delay(20)
    caller.abort(new Error('left'))
    await expect(load).rejects.toThrow('left')
    expect(origin.status()).toEqual({ breaker: 'closed', inFlight: 0, queued: 0 })
  })
})

describe('an origin that breaks off', () => {
  it.each<[string, (socket: Socket) => void]>([
    ['at once', (socket) => socket.resetAndDestroy()],
    ['after the request', onRequest((socket) => socket.destroy())],
    ['within its body', onRequest((socket) => socket.end(`${HEAD}Content-Length: 10\r\n\r\nabc`))],
    ['within a chunked body', onRequest((socket) => socket.end(`${HEAD}Transfer-Encoding: chunked\r\n\r\n5\r\nab`))],
    ['in no HTTP at all', onRequest((socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n'))],
    [
      'with two content lengths',
      onRequest((socket) => socket.end(`${HEAD}Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd`)),
    ],
    [
      'within its compressed body',
      onRequest((socket) => {
        const body = gzipSync('plain'.repeat(100)).subarray(0, -12)
        socket.end(`${HEAD}Content-Encoding: gzip\r\nContent-Length: ${body.length}\r\n\r\n`)
        socket.write(body)
      }),
    ],
    ['with a head that never ends', onRequest((socket) => socket.write(`HTTP/1.1 200 OK\r\nX: ${'y'.repeat(40_000)}`))],
  ])('%s has failed', async (_, behave) => {
    const base = await local.serveRaw(behave)
    const origin = local.origin({ url: `${base}/{key}` })
    await expect(origin.load('n:1', never)).rejects.toMatchObject({ code: 'origin_failed' })
    expect(origin.status().inFlight).toBe(0)
  })

  it('is asked again', async () => {
    let connections = 0
    const base = await local.serveRaw((socket) => {
      connections++
      if (connections < 3) socket.resetAndDestroy()
      else onRequest((each) => each.write(`${HEAD}Content-Length: 2\r\n\r\nok`))(socket)
    })
    const origin = local.origin({ url: `${base}/{key}`, retries: 2 })
    expect(await origin.load('n:1', never)).toMatchObject({ body: Buffer.from('ok') })
  })

  it('does not speak TLS', async () => {
    const base = await local.serve((_, response) => response.end('x'))
    const origin = local.origin({ url: `${base.replace('http:', 'https:')}/{key}`, attemptTimeoutMs: 2_000 })
    await expect(origin.load('n:1', never)).rejects.toMatchObject({ code: 'origin_failed' })
  })

  it('is not there at all', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    await new Promise((resolve) => server.close(resolve))
    await expect(local.origin({ url: `http://127.0.0.1:${port}/{key}` }).load('n:1', never)).rejects.toMatchObject({
      code: 'origin_failed',
      message: expect.stringContaining('ECONNREFUSED'),
    })
  })
})

describe('an origin that sends too much', () => {
  const big = 'x'.repeat(100_001)
  const tooLarge = { code: 'origin_failed', facts: { field: 'body', limit: 100_000 } }

  it('is cut off at its word', async () => {
    const base = await local.serve((_, response) => {
      response.writeHead(200, { 'content-length': 1e12 }).write('x')
    })
    await expect(local.origin({ url: `${base}/{key}` }).load('n:1', never)).rejects.toMatchObject(tooLarge)
  })

  it('is cut off at the first byte beyond, when it does not say how much comes', async () => {
    let sent = 0
    const base = await local.serve((_, response) => {
      response.writeHead(200)
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(10_000))) sent += 10_000
      }
      response.on('drain', more)
      more()
    })
    await expect(
      local.origin({ url: `${base}/{key}`, attemptTimeoutMs: 5_000 }).load('n:1', never),
    ).rejects.toMatchObject(tooLarge)
    expect(sent).toBeLessThan(20_000_000)
  })

  it.each([
    ['a compression bomb', gzipSync(Buffer.alloc(50_000_000))],
    ['a body that is too large even compressed', Buffer.concat([gzipSync(''), Buffer.alloc(100_001)])],
  ])('is cut off within %s', async (_, body) => {
    const base = await local.serve((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(body)
    })
    await expect(
      local.origin({ url: `${base}/{key}`, attemptTimeoutMs: 5_000 }).load('n:1', never),
    ).rejects.toMatchObject(tooLarge)
  })

  it('may send exactly as much as is allowed', async () => {
    const base = await local.serve((_, response) => response.end(big.slice(1)))
    expect(await local.origin({ url: `${base}/{key}` }).load('n:1', never)).toMatchObject({ kind: 'found' })
  })
})

describe('an origin that encodes strangely', () => {
  it.each(['zstd', 'gzip, br', '__proto__', 'constructor'])('%s is refused', async (coding) => {
    const base = await local.serve((_, response) => response.writeHead(200, { 'content-encoding': coding }).end('x'))
    await expect(local.origin({ url: `${base}/{key}` }).load('n:1', never)).rejects.toMatchObject({
      code: 'origin_failed',
      message: expect.stringContaining('content coding'),
    })
  })

  it('and does not mean it has failed', async () => {
    const base = await local.serve((_, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end('plain'),
    )
    await expect(local.origin({ url: `${base}/{key}` }).load('n:1', never)).rejects.toMatchObject({
      code: 'origin_failed',
    })
  })
})

describe('an origin that is overrun', () => {
  it('sees no more requests at once than it was promised', async () => {
    let now = 0
    let most = 0
    const base = await local.serve((_, response) => {
      most = Math.max(most, ++now)
      setTimeout(() => {
        now--
        response.end('x')
      }, 10)
    })
    const origin = local.origin({ url: `${base}/{key}`, maxConcurrency: 4, maxQueue: 100 })
    const loads = Array.from({ length: 60 }, (_, i) => origin.load(`n:${i}`, never))
    await Promise.all(loads)
    expect(most).toBe(4)
  })

  it('sees no more requests in a second than it was promised, redirects included', async () => {
    const arrivals: number[] = []
    const base = await local.serve((request, response) => {
      arrivals.push(performance.now())
      if (request.url?.startsWith('/from')) response.writeHead(302, { location: '/to' }).end()
      else response.end('x')
    })
    const origin = local.origin({ url: `${base}/from/{key}`, ratePerSecond: 50, maxConcurrency: 20 })
    await Promise.all(Array.from({ length: 20 }, (_, i) => origin.load(`n:${i}`, never)))
    expect(arrivals).toHaveLength(40)
    // 40 requests, 5 of which may go at once, take 700 ms at 50 a second.
    expect(Number(arrivals.at(-1)) - Number(arrivals[0])).toBeGreaterThan(600)
  })

  it('is given the time it asks for', async () => {
    const arrivals: number[] = []
    const base = await local.serve((_, response) => {
      arrivals.push(performance.now())
      if (arrivals.length === 1) response.writeHead(429, { 'retry-after': '1' }).end()
      else response.end('x')
    })
    expect(await local.origin({ url: `${base}/{key}`, retries: 1 }).load('n:1', never)).toMatchObject({ kind: 'found' })
    expect(Number(arrivals[1]) - Number(arrivals[0])).toBeGreaterThan(950)
  })
})
