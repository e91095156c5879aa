import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { AppError } from '@freshet/core/errors/app-error'
import type { ErrorCode } from '@freshet/core/errors/codes'
import { toProblem } from '@freshet/core/errors/problem'
import type { RequestIds } from './request-id.ts'

interface Exchange {
  request: IncomingMessage
  response: ServerResponse
}

const CLIENT_ERRORS: Record<string, [code: ErrorCode, detail: string]> = {
  HPE_HEADER_OVERFLOW: ['headers_too_large', 'The request head is too large'],
  ERR_HTTP_REQUEST_TIMEOUT: ['request_timeout', 'The request did not arrive in time'],
}

/**
 * Makes the answer to what node:http could not parse: a problem document on the raw connection, which is then closed,
 * since its framing is lost.
 *
 * Pipelined requests before the broken one are answered first. A refusal written at once would be taken for the answer
 * to the oldest of them.
 */
export function createBrokenRequestHandler(
  server: Server,
  requestIds: RequestIds,
): (error: NodeJS.ErrnoException, socket: Duplex) => void {
  const running = new WeakMap<Duplex, Set<Exchange>>()
  const refusals = new WeakMap<Duplex, () => void>()

  function refuseIfFree(socket: Duplex): void {
    // The broken request itself may be among the running: it never becomes complete.
    const waits = [...(running.get(socket) ?? [])].some(({ request }) => request.complete)
    if (!waits) refusals.get(socket)?.()
  }

  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request
    const exchange = { request, response }
    const exchanges = running.get(socket) ?? new Set()
    running.set(socket, exchanges.add(exchange))
    response.once('close', () => {
      exchanges.delete(exchange)
      refuseIfFree(socket)
    })
  })

  return (error, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy()
      return
    }
    refusals.set(socket, () => {
      refusals.delete(socket)
      socket.end(renderRefusal(error.code, requestIds.next()))
    })
    refuseIfFree(socket)
  }
}

function renderRefusal(cause: string | undefined, requestId: string): string {
  const [code, detail] = CLIENT_ERRORS[cause ?? ''] ?? ['bad_request', 'This is not HTTP/1.1 as we can read it']
  const problem = toProblem(new AppError(code, detail), requestId)
  const body = JSON.stringify(problem)
  return (
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\nContent-Type: application/problem+json\r\n` +
    `X-Request-Id: ${requestId}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`
  )
}
