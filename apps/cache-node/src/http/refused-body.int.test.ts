import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { startTestCluster } from '../testing/test-node.ts'

const PIECE = 'x'.repeat(100_000)
const PIECES = 20

/** A client that reads only after it has sent all of its body, as many do, and then asks for /livez on the same connection. */
async function sendThenRead(url: string, head: string, pieces: readonly string[]): Promise<string> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  const broken = new Promise<never>((_resolve, reject) => socket.on('error', reject))
  const write = (text: string) => new Promise<void>((resolve) => socket.write(text, 'latin1', () => resolve()))
  const exchange = async () => {
    await write(head)
    for (const piece of pieces) {
      await write(piece)
      await sleep(5)
    }
    await write('GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
    let answer = ''
    for await (const chunk of socket) answer += chunk.toString('latin1')
    return answer
  }
  try {
    return await Promise.race([exchange(), broken])
  } finally {
    socket.destroy()
  }
}

it.each(['Content-Length', 'Transfer-Encoding'])(
  'who is still sending a body that is too large (%s) is told so, and not cut off',
  async (framing) => {
    const { startTestNode, token } = await startTestCluster()
    const url = await startTestNode({ FRESHET_MAX_VALUE_BYTES: '200000' })
    const isChunked = framing === 'Transfer-Encoding'
    const size = isChunked ? 'chunked' : PIECE.length * PIECES
    const head = `PUT /api/cache/big HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n${framing}: ${size}\r\n\r\n`
    const piece = isChunked ? `${PIECE.length.toString(16)}\r\n${PIECE}\r\n` : PIECE
    const pieces = Array.from({ length: PIECES }, () => piece)
    const answer = await sendThenRead(url, head, isChunked ? [...pieces, '0\r\n\r\n'] : pieces)
    expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 413', 'HTTP/1.1 200'])
    expect(answer).toContain('"code":"payload_too_large"')
  },
)
