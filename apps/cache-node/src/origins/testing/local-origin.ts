import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net'
import { systemClock } from '@freshet/core/clock'
import type { Origin } from '@freshet/core/origins/origin'
import { OriginConfig } from '@freshet/core/policy/origin-config'
import type { z } from 'zod'
import { CidrList } from '../address-rules.ts'
import { createHttpOrigin, type HttpOriginOptions } from '../http-origin.ts'

/** Servers and origins of one test; `close` ends them all, whatever state they were left in. */
export function createLocalOrigins() {
  const closers: (() => Promise<void>)[] = []

  async function listen(server: Server): Promise<string> {
    const sockets = new Set<Socket>()
    server.on('connection', (socket) => {
      sockets.add(socket)
      socket.on('close', () => sockets.delete(socket))
      socket.on('error', () => socket.destroy())
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    closers.push(async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    })
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  return {
    /** An HTTP server; resolves with its base URL. */
    serve: (listener: RequestListener) => listen(createHttpServer(listener)),
    /** A server that speaks whatever `onConnection` writes. */
    serveRaw: (onConnection: (socket: Socket) => void) => listen(createTcpServer(onConnection)),
    /** An origin that may reach loopback addresses, and no others that are not public. */
    origin(config: z.input<typeof OriginConfig>, options: Partial<Omit<HttpOriginOptions, 'config'>> = {}): Origin {
      const origin = createHttpOrigin({
        config: OriginConfig.parse({ attemptTimeoutMs: 300, deadlineMs: 2_000, retries: 0, ...config }),
        maxValueBytes: 100_000,
        allow: CidrList.parse('127.0.0.0/8'),
        clock: systemClock,
        random: Math.random,
        warn: () => undefined,
        ...options,
      })
      closers.unshift(() => origin.close())
      return origin
    },
    async close(): Promise<void> {
      for (const close of closers.splice(0)) await close()
    },
  }
}
