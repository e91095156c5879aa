import type { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import type { Dispatcher } from 'undici'
import { badAnswer } from './attempt-failure.ts'
import { headerOf } from './header-of.ts'

const decoders: Record<string, () => Transform> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
}

/**
 * Reads a body of at most `maxBytes`, counted both as sent and as decoded, and gives up at the first byte beyond: a
 * content length that lies and a compression bomb cost no more memory than the limit. Our clients get the identity
 * coding, so whatever coding the origin chose is taken off here.
 */
export async function readBody(
  { headers, body }: Dispatcher.ResponseData,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Buffer> {
  try {
    const coding = (headerOf(headers, 'content-encoding') ?? 'identity').trim().toLowerCase()
    if (Number(headerOf(headers, 'content-length')) > maxBytes) throw tooLarge(maxBytes)
    if (coding === 'identity') return await collect(body, maxBytes)
    const makeDecoder = Object.hasOwn(decoders, coding) ? decoders[coding] : undefined
    if (makeDecoder === undefined) throw badAnswer('The origin used a content coding other than gzip, deflate or br')
    return await decode(body, makeDecoder(), maxBytes, signal)
  } finally {
    // After a full read this does nothing; otherwise the rest must not keep the connection.
    body.destroy()
  }
}

async function decode(
  body: AsyncIterable<Buffer>,
  decoder: Transform,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Buffer> {
  let decoded: Buffer = Buffer.alloc(0)
  const sent = async function* (source: AsyncIterable<Buffer>) {
    let bytes = 0
    for await (const chunk of source) {
      bytes += chunk.length
      if (bytes > maxBytes) throw tooLarge(maxBytes)
      yield chunk
    }
  }
  await pipeline(
    body,
    sent,
    decoder,
    async (source: AsyncIterable<Buffer>) => {
      decoded = await collect(source, maxBytes)
    },
    { signal },
  )
  return decoded
}

async function collect(source: AsyncIterable<Buffer>, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of source) {
    bytes += chunk.length
    if (bytes > maxBytes) throw tooLarge(maxBytes)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, bytes)
}

function tooLarge(maxBytes: number) {
  return badAnswer(`The origin's value is larger than ${maxBytes} bytes`, {
    facts: { field: 'body', limit: maxBytes },
    outcome: 'success',
  })
}
