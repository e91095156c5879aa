import type { Codec } from '@freshet/client'

/** bentocache serialises by itself: what it stores is text, and stays as it is. */
export const textCodec: Codec = {
  encode: (value) => ({ body: String(value), contentType: 'text/plain; charset=utf-8' }),
  decode: (body) => body.toString(),
}
