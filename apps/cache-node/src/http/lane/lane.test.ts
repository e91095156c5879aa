import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect as connectTls } from 'node:tls'
import { afterEach, describe, expect, it } from 'vitest'
import { bigBody, calmLimits, type EchoServer, startEchoServer } from './testing/echo-server.ts'
import { RawClient } from './testing/raw-client.ts'

const running: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const server of running.splice(0)) await server.close()
})

async function start(limits: Partial<typeof calmLimits> = {}): Promise<EchoServer> {
  const server = await startEchoServer({ ...calmLimits, sweepEveryMs: 10, ...limits })
  running.push(server)
  return server
}

const get = (key: string, ...fields: string[]) =>
  `${[`GET /api/cache/${key} HTTP/1.1`, 'Host: a', ...fields].join('\r\n')}\r\n\r\n`
const put = 'PUT /api/cache/x HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nok'
const count = (text: string) => text.split('HTTP/1.1 200 OK').length - 1
const answers = (n: number) => (text: string) => count(text) === n

describe('the lane', () => {
  it('takes a connection back after every request that node:http answered', async () => {
    const server = await start()
    const client = await RawClient.open(server.port)
    for (let i = 1; i <= 5; i++) {
      await client.send(put)
      await client.until(answers(2 * i - 1))
      await client.send(get('hit:1'))
      await client.until(answers(2 * i))
      expect(server.served.hits).toBe(i)
    }
    client.destroy()
  })

  it('takes it back when the reply came before the end of the body', async () => {
    const server = await start()
    const client = await RawClient.open(server.port)
    await client.send('PUT /early HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nabc')
    await client.until(answers(1))
    await client.send('def', get('hit:1'))
    await client.until(answers(2))
    expect(server.served.hits).toBe(1)
    client.destroy()
  })

  it('leaves a connection to node:http after a request without clear framing', async () => {
    const server = await start()
    const client = await RawClient.open(server.port)
    await client.send('PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n')
    await client.until(answers(1))
    await client.send(get('hit:1'))
    await client.until(answers(2))
    expect(server.served.hits).toBe(0)
    client.destroy()
  })

  it('opens one session for each credential of a connection', async () => {
    const server = await start()
    const client = await RawClient.open(server.port)
    const [a, b] = ['Authorization: Bearer a', 'Authorization: Bearer b']
    await client.send(
      get('hit:1', a),
      get('hit:2', a),
      get('hit:3', a, 'X-Request-Id: r1'),
      get('hit:4', a, 'X-Request-Id: r2'),
    )
    await client.until(answers(4))
    expect(server.served.sessions).toBe(1)
    await client.send(get('hit:1', b), get('hit:2', b), get('hit:3'))
    const text = await client.until(answers(7))
    expect(server.served.sessions).toBe(3)
    expect(text).toMatch(/hit%3A4 {2}Bearer%20a null r2/)
    expect(text).toMatch(/hit%3A2 {2}Bearer%20b null null/)
    expect(text).toMatch(/hit%3A3 {2}null null null/)
    client.destroy()
  })

  it('asks again about a credential that it was not given a session for', async () => {
    const server = await start()
    const client = await RawClient.open(server.port)
    await client.send(get('hit:1', 'Authorization: Bearer unknown'), get('hit:1'))
    await client.until(answers(2))
    expect(server.served).toMatchObject({ hits: 1, sessions: 1 })
    client.destroy()
  })

  it('lets node:http answer when the handler fails, and tells of it', async () => {
    const errors: unknown[] = []
    const server = await start({ onHandlerError: (error) => errors.push(error) })
    const client = await RawClient.open(server.port)
    await client.send(get('throw:1'), get('hit:1'))
    expect(await client.until(answers(2))).toContain('throw%3A1')
    expect(errors).toEqual([new Error('the handler failed')])
    client.destroy()
  })

  it('answers what was asked before the client ended its side', async () => {
    const server = await start()
    const client = await RawClient.open(server.port)
    client.socket.end(get('load:1') + get('hit:1'))
    const { text, closed } = await client.settle(3_000)
    expect(count(text)).toBe(2)
    expect(closed).toBe(true)
  })

  it.each(['GET /api/cache/hi', get('hit:1').slice(0, -2), put.slice(0, -1)])(
    'ends a connection whose client broke off at %j',
    async (part) => {
      const server = await start()
      const client = await RawClient.open(server.port)
      client.socket.end(get('hit:1') + part)
      const { text, closed } = await client.settle(3_000)
      expect(count(text)).toBe(1)
      expect(text).toContain('HTTP/1.1 400 Bad Request')
      expect(closed).toBe(true)
    },
  )

  it('holds back what comes while a value is loaded', async () => {
    const server = await start()
    const client = await RawClient.open(server.port)
    await client.send(get('load:slower'))
    await sleep(10)
    await client.send(get('hit:1').slice(0, 20), get('hit:1').slice(20))
    expect(server.served.hits).toBe(0)
    const text = await client.until(answers(2))
    expect(text.indexOf('load%3Aslower')).toBeLessThan(text.indexOf('hit%3A1'))
    // A second load, had one begun with the later bytes, would be over by now.
    await sleep(150)
    expect(server.served).toMatchObject({ hits: 1, loads: 1 })
    client.destroy()
  })

  it('forgets a client that vanished while a value was loaded', async () => {
    const server = await start()
    const client = await RawClient.open(server.port)
    await client.send(get('load:1'))
    client.socket.resetAndDestroy()
    await expect.poll(() => server.lane?.connectionCount).toBe(0)
  })

  it('serves values beyond its buffer whole, and others after them', async () => {
    const server = await start()
    const client = await RawClient.open(server.port)
    await client.send(get('hit:1') + get('big:1') + get('hit:2') + get('big:2') + get('hit:3'))
    const text = await client.until(answers(5))
    expect(text.split(bigBody.toString('latin1')).length - 1).toBe(2)
    client.destroy()
  })

  it('works over TLS', async () => {
    const server = await startEchoServer(calmLimits, true)
    running.push(server)
    const socket = connectTls({ port: server.port, host: '127.0.0.1', rejectUnauthorized: false })
    let text = ''
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1')
    })
    socket.write(get('hit:1') + put + get('big:1') + get('hit:2'))
    await expect.poll(() => count(text), { timeout: 3_000 }).toBe(4)
    expect(server.served.hits).toBe(3)
    socket.destroy()
  })
})

describe('limits of the lane', () => {
  it('half a head is answered with 408 in time', async () => {
    const server = await start({ headersTimeoutMs: 50 })
    const client = await RawClient.open(server.port)
    await client.send(get('hit:1'), get('hit:2').slice(0, -5))
    const { text, closed } = await client.settle(3_000)
    expect(text).toContain('HTTP/1.1 408 Request Timeout')
    expect(count(text)).toBe(1)
    expect(closed).toBe(true)
  })

  it('half a head is told to listeners of clientError, as node:http does', async () => {
    const server = await start({ headersTimeoutMs: 50 })
    const codes: (string | undefined)[] = []
    server.server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
      codes.push(error.code)
      socket.end('HTTP/1.1 408 Our Own\r\nConnection: close\r\n\r\n')
    })
    const client = await RawClient.open(server.port)
    await client.send('GET /api/cache/hi')
    const { text } = await client.settle(3_000)
    expect(text).toContain('408 Our Own')
    expect(codes).toEqual(['ERR_HTTP_REQUEST_TIMEOUT'])
  })

  it('an idle connection is closed, on the lane and after node:http', async () => {
    const server = await start({ keepAliveTimeoutMs: 50 })
    for (const request of [get('hit:1'), put]) {
      const client = await RawClient.open(server.port)
      await client.send(request)
      const { text, closed } = await client.settle(3_000)
      expect([count(text), closed]).toEqual([1, true])
    }
  })

  it("an idle connection that node:http keeps is closed by node:http's own limit", async () => {
    const server = await start()
    server.server.keepAliveTimeout = 50
    const client = await RawClient.open(server.port)
    await client.send('PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n')
    const { text, closed } = await client.settle(4_000)
    expect([count(text), closed]).toEqual([1, true])
  })

  it('a client that takes no replies stops being read, and is cut off', async () => {
    const server = await start({ stallTimeoutMs: 200 })
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
    await expect.poll(() => server.lane?.connectionCount, { timeout: 5_000 }).toBe(0)
    // Replies to all of them would be 20 GB; what the lane took on is what kernel buffers and one chunk explain.
    expect(accepted).toBeLessThan(requests.length / 4)
    expect(server.served.hits).toBeLessThan(100)
    socket.destroy()
  })

  it('a client that takes its replies slowly gets all of them', async () => {
    const server = await start({ stallTimeoutMs: 2_000 })
    const socket = connect({ port: server.port, host: '127.0.0.1' })
    let received = 0
    socket.on('data', (chunk: Buffer) => {
      received += chunk.length
      socket.pause()
      setTimeout(() => socket.resume(), 1)
    })
    socket.write(get('big:1').repeat(5) + put + get('hit:1'))
    await expect.poll(() => received, { timeout: 8_000 }).toBeGreaterThan(5 * bigBody.length)
    await expect.poll(() => server.served.hits).toBe(6)
    socket.destroy()
  })
})

describe('draining', () => {
  it('finishes what is in flight and says so, on the lane and in node:http', async () => {
    const server = await start()
    const [loading, slow, next] = [
      await RawClient.open(server.port),
      await RawClient.open(server.port),
      await RawClient.open(server.port),
    ]
    await next.send(get('hit:1'))
    await next.until(answers(1))
    await loading.send(get('load:slower'))
    await slow.send('GET /slower HTTP/1.1\r\nHost: a\r\n\r\n')
    const drained = server.lane?.drain(1_000)
    await next.send(get('hit:2'))
    for (const [client, expected] of [
      [loading, 1],
      [slow, 1],
      [next, 2],
    ] as const) {
      const { text, closed } = await client.settle(3_000)
      expect([count(text), closed]).toEqual([expected, true])
      expect(text).toContain('Connection: close')
    }
    await drained
    expect(server.lane?.connectionCount).toBe(0)
  })

  it('answers requests to node:http with Connection: close', async () => {
    const server = await start()
    const client = await RawClient.open(server.port)
    await client.send(get('hit:1'))
    await client.until(answers(1))
    const drained = server.lane?.drain(1_000)
    await client.send(put)
    const { text, closed } = await client.settle(3_000)
    expect(text.match(/Connection: close/g)).toHaveLength(1)
    expect(closed).toBe(true)
    await drained
  })

  it('closes idle connections after the linger only', async () => {
    const server = await start()
    const client = await RawClient.open(server.port)
    await client.send(get('hit:1'))
    await client.until(answers(1))
    const drained = server.lane?.drain(100)
    await sleep(40)
    expect(server.lane?.connectionCount).toBe(1)
    await drained
    expect(server.lane?.connectionCount).toBe(0)
    client.destroy()
  })

  it('does not wait for a connection that came while it waited for others and asks for nothing', async () => {
    const server = await start()
    const drained = server.lane?.drain(20)
    const busy = await RawClient.open(server.port)
    await busy.send('GET /slower HTTP/1.1\r\nHost: a\r\n\r\n')
    await sleep(60)
    const silent = await RawClient.open(server.port)
    await expect.poll(() => server.lane?.connectionCount, { timeout: 2_000 }).toBe(0)
    await drained
    busy.destroy()
    silent.destroy()
  })
})
