import { setTimeout as sleep } from 'node:timers/promises'
import { connect as connectTls } from 'node:tls'
import { describe, expect, it, onTestFinished } from 'vitest'
import { bigBody, calmLimits, SLOW_LOAD_MS, startEchoServer } from './testing/echo-server.ts'
import { RawClient } from './testing/raw-client.ts'
import { answers, count, get, put, startLane } from './testing/start-lane.ts'

describe('the lane', () => {
  it('takes a connection back after every request that node:http answered', async () => {
    const server = await startLane()
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
    const server = await startLane()
    const client = await RawClient.open(server.port)
    await client.send('PUT /early HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nabc')
    await client.until(answers(1))
    await client.send('def', get('hit:1'))
    await client.until(answers(2))
    expect(server.served.hits).toBe(1)
    client.destroy()
  })

  it('leaves a connection to node:http after a request without clear framing', async () => {
    const server = await startLane()
    const client = await RawClient.open(server.port)
    await client.send('PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n')
    await client.until(answers(1))
    await client.send(get('hit:1'))
    await client.until(answers(2))
    expect(server.served.hits).toBe(0)
    client.destroy()
  })

  it('opens one session for each credential of a connection', async () => {
    const server = await startLane()
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
    const server = await startLane()
    const client = await RawClient.open(server.port)
    await client.send(get('hit:1', 'Authorization: Bearer unknown'), get('hit:1'))
    await client.until(answers(2))
    expect(server.served).toMatchObject({ hits: 1, sessions: 1 })
    client.destroy()
  })

  it('lets node:http answer when the handler fails, and tells of it', async () => {
    const errors: unknown[] = []
    const server = await startLane({ onHandlerError: (error) => errors.push(error) })
    const client = await RawClient.open(server.port)
    await client.send(get('throw:1'), get('hit:1'))
    expect(await client.until(answers(2))).toContain('throw%3A1')
    expect(errors).toEqual([new Error('the handler failed')])
    client.destroy()
  })

  it('answers what was asked before the client ended its side', async () => {
    const server = await startLane()
    const client = await RawClient.open(server.port)
    client.socket.end(get('load:1') + get('hit:1'))
    const { text, closed } = await client.settle(20_000)
    expect(count(text)).toBe(2)
    expect(closed).toBe(true)
  })

  it.each(['GET /api/cache/hi', get('hit:1').slice(0, -2), put.slice(0, -1)])(
    'ends a connection whose client broke off at %j',
    async (part) => {
      const server = await startLane()
      const client = await RawClient.open(server.port)
      client.socket.end(get('hit:1') + part)
      const { text, closed } = await client.settle(20_000)
      expect(count(text)).toBe(1)
      expect(text).toContain('HTTP/1.1 400 Bad Request')
      expect(closed).toBe(true)
    },
  )

  it('holds back what comes while a value is loaded', async () => {
    const server = await startLane()
    const client = await RawClient.open(server.port)
    await client.send(get('load:slower'))
    await expect.poll(() => server.served.begun).toBe(1)
    await client.send(get('hit:1').slice(0, 20), get('hit:1').slice(20))
    expect(server.served.hits).toBe(0)
    const text = await client.until(answers(2))
    expect(text.indexOf('load%3Aslower')).toBeLessThan(text.indexOf('hit%3A1'))
    // A second load, had one begun with the later bytes, would be over by now.
    await sleep(SLOW_LOAD_MS + 50)
    expect(server.served).toMatchObject({ hits: 1, loads: 1, begun: 1 })
    client.destroy()
  })

  it('forgets a client that vanished while a value was loaded', async () => {
    const server = await startLane()
    const client = await RawClient.open(server.port)
    await client.send(get('load:1'))
    client.socket.resetAndDestroy()
    await expect.poll(() => server.lane?.connectionCount).toBe(0)
  })

  it('serves values beyond its buffer whole, and others after them', async () => {
    const server = await startLane()
    const client = await RawClient.open(server.port)
    await client.send(get('hit:1') + get('big:1') + get('hit:2') + get('big:2') + get('hit:3'))
    const text = await client.until(answers(5))
    expect(text.split(bigBody.toString('latin1')).length - 1).toBe(2)
    client.destroy()
  })

  it('works over TLS', async () => {
    const server = await startEchoServer(calmLimits, true)
    onTestFinished(() => server.close())
    const socket = connectTls({ port: server.port, host: '127.0.0.1', rejectUnauthorized: false })
    let text = ''
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1')
    })
    socket.write(get('hit:1') + put + get('big:1') + get('hit:2'))
    await expect.poll(() => count(text)).toBe(4)
    expect(server.served.hits).toBe(3)
    socket.destroy()
  })
})
