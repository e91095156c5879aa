import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'
import { TcpProxy } from './tcp-proxy.ts'

/** An echo server behind a proxy, and a way to connect through it. */
async function openEcho() {
  const echo = createServer((socket) => socket.on('error', () => {}).pipe(socket))
  await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve))
  const proxy = await TcpProxy.open((echo.address() as AddressInfo).port)
  onTestFinished(async () => {
    await proxy.close()
    echo.close()
  })
  return { proxy, dial: () => connect(proxy.port, '127.0.0.1').setEncoding('utf8') }
}

async function echoOf(socket: Socket, text: string): Promise<string> {
  socket.write(text)
  const [reply] = await once(socket, 'data')
  return reply
}

it('delivers what it held during a pause, once that is over', async () => {
  const { proxy, dial } = await openEcho()
  const socket = dial()
  expect(await echoOf(socket, 'before')).toBe('before')
  proxy.pause()
  let reply: string | null = null
  const echoed = echoOf(socket, 'during').then((text) => (reply = text))
  await sleep(50)
  expect(reply).toBeNull()
  proxy.resume()
  await echoed
  expect(reply).toBe('during')
})

it('refuses newcomers and leaves those who are connected alone', async () => {
  const { proxy, dial } = await openEcho()
  const guest = dial()
  expect(await echoOf(guest, 'early')).toBe('early')
  proxy.refuse()
  const late = dial().on('error', () => {})
  await once(late, 'close')
  expect(await echoOf(guest, 'still here')).toBe('still here')
  proxy.accept()
  expect(await echoOf(dial(), 'welcome')).toBe('welcome')
})
