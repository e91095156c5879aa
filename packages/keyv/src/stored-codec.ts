import { type Codec, jsonCodec } from '@freshet/client'

/** What Keyv has serialised is text and stays as it is; without a serialiser it hands objects over. */
export const storedCodec: Codec = {
  encode: (value) =>
    typeof value === 'string' ? { body: value, contentType: 'text/plain; charset=utf-8' } : jsonCodec.encode(value),
  decode: jsonCodec.decode,
}
