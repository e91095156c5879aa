import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { bigBody } from './testing/echo-server.ts'
import { RawClient } from './testing/raw-client.ts'
import { answers, count, get, put, startLane } from './testing/start-lane.ts'

describe('limits of the lane', () => {
  it('half a head is answered with 408 in time', async () => {
    const server = await startLane({ headersTimeoutMs: 50 })
    const client = await RawClient.open(server.port)
    await client.send(get('hit:1'), get('hit:2').slice(0, -5))
    const { text, closed } = await client.settle(20_000)
    expect(text).toContain('HTTP/1.1 408 Request Timeout')
    expect(count(text)).toBe(1)
    expect(closed).toBe(true)
  })

  it('half a head is told to listeners of clientError, as node:http does', async () => {
    const server = await startLane({ headersTimeoutMs: 50 })
    const codes: (string | undefined)[] = []
    server.server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
      codes.push(error.code)
      socket.end('HTTP/1.1 408 Our Own\r\nConnection: close\r\n\r\n')
    })
    const client = await RawClient.open(server.port)
    await client.send('GET /api/cache/hi')
    const { text } = await client.settle(20_000)
    expect(text).toContain('408 Our Own')
    expect(codes).toEqual(['ERR_HTTP_REQUEST_TIMEOUT'])
  })

  it('an idle connection is closed, on the lane and after node:http', async () => {
    const server = await startLane({ keepAliveTimeoutMs: 500 })
    for (const request of [get('hit:1'), put]) {
      const client = await RawClient.open(server.port)
      await client.send(request)
      const { text, closed } = await client.settle(20_000)
      expect([count(text), closed]).toEqual([1, true])
    }
  })

  it("an idle connection that node:http keeps is closed by node:http's own limit", async () => {
    const server = await startLane()
    server.server.keepAliveTimeout = 500
    const client = await RawClient.open(server.port)
    await client.send('PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n')
    const { text, closed } = await client.settle(20_000)
    expect([count(text), closed]).toEqual([1, true])
  })

  it('a client that takes no replies stops being read, and is cut off', async () => {
    const server = await startLane({ stallTimeoutMs: 200 })
    const socket = connect({ port: server.port, host: '127.0.0.1' })
    socket.on('error', () => {})
    let accepted = 0
    server.server.on('connection', (peer) => {
      peer.on('close', () => {
        accepted = peer.bytesRead
      })
    })
    socket.pause()
    const requests = get('big:1').repeat(20_000)
    socket.write(requests)
    await expect.poll(() => server.served.hits).toBeGreaterThan(0)
    await expect.poll(() => server.lane?.connectionCount).toBe(0)
    // Replies to all of them would be 20 GB; what the lane took on is what kernel buffers and one chunk explain.
    expect(accepted).toBeLessThan(requests.length / 4)
    expect(server.served.hits).toBeLessThan(100)
    socket.destroy()
  })

  it('a client that takes its replies slowly gets all of them', async () => {
    const server = await startLane({ stallTimeoutMs: 20_000 })
    const socket = connect({ port: server.port, host: '127.0.0.1' })
    let received = 0
    socket.on('data', (chunk: Buffer) => {
      received += chunk.length
      socket.pause()
      setTimeout(() => socket.resume(), 1)
    })
    socket.write(get('big:1').repeat(5) + put + get('hit:1'))
    await expect.poll(() => received).toBeGreaterThan(5 * bigBody.length)
    await expect.poll(() => server.served.hits).toBe(6)
    socket.destroy()
  })
})

describe('draining', () => {
  it('finishes what is in flight and says so, on the lane and in node:http', async () => {
    const server = await startLane()
    const [loading, slow, next] = [
      await RawClient.open(server.port),
      await RawClient.open(server.port),
      await RawClient.open(server.port),
    ]
    await next.send(get('hit:1'))
    await next.until(answers(1))
    await loading.send(get('load:slower'))
    await slow.send('GET /slower HTTP/1.1\r\nHost: a\r\n\r\n')
    const drained = server.lane?.drain(10_000)
    await next.send(get('hit:2'))
    for (const [client, expected] of [
      [loading, 1],
      [slow, 1],
      [next, 2],
    ] as const) {
      const { text, closed } = await client.settle(20_000)
      expect([count(text), closed]).toEqual([expected, true])
      expect(text).toContain('Connection: close')
    }
    await drained
    expect(server.lane?.connectionCount).toBe(0)
  })

  it('answers requests to node:http with Connection: close', async () => {
    const server = await startLane()
    const client = await RawClient.open(server.port)
    await client.send(get('hit:1'))
    await client.until(answers(1))
    const drained = server.lane?.drain(10_000)
    await client.send(put)
    const { text, closed } = await client.settle(20_000)
    expect(text.match(/Connection: close/g)).toHaveLength(1)
    expect(closed).toBe(true)
    await drained
  })

  it('closes idle connections after the linger only', async () => {
    const server = await startLane()
    const client = await RawClient.open(server.port)
    await client.send(get('hit:1'))
    await client.until(answers(1))
    const begunMs = performance.now()
    const drained = server.lane?.drain(100)
    const { closed } = await client.settle(20_000)
    // A timer may come a millisecond early.
    expect([closed, performance.now() - begunMs >= 99]).toEqual([true, true])
    await drained
    expect(server.lane?.connectionCount).toBe(0)
  })

  it('does not wait for a connection that came while it waited for others and asks for nothing', async () => {
    const server = await startLane()
    const busy = await RawClient.open(server.port)
    await busy.send('GET /slowest HTTP/1.1\r\nHost: a\r\n\r\n')
    await expect.poll(() => server.requestsOf.get(busy.port)).toHaveLength(1)
    const drained = server.lane?.drain(20)
    await sleep(60)
    const silent = await RawClient.open(server.port)
    await expect.poll(() => server.lane?.connectionCount).toBe(0)
    await drained
    busy.destroy()
    silent.destroy()
  })
})
