/** How values are written as bytes. */
export interface Codec {
  /** Value to body and Content-Type. Throws for what cannot be written. */
  encode(value: unknown): Encoded
  /** Body to value. Throws for what cannot be read: it counts as a miss. */
  decode(body: Buffer, contentType: string): unknown
}

export interface Encoded {
  body: string | Uint8Array
  contentType: string
}

const JSON_TYPE = 'application/json'
const BYTES_TYPE = 'application/octet-stream'

/** JSON, and bytes as they are. What somebody else stored as text comes as a string. */
export const jsonCodec: Codec = {
  encode(value) {
    if (value instanceof Uint8Array) return { body: value, contentType: BYTES_TYPE }
    const body: string | undefined = JSON.stringify(value)
    if (body === undefined) throw new TypeError(`a value of type ${typeof value} cannot be stored as JSON`)
    return { body, contentType: JSON_TYPE }
  },
  decode(body, contentType) {
    const type = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? ''
    if (type === JSON_TYPE || type.endsWith('+json')) return JSON.parse(body.toString())
    return type.startsWith('text/') ? body.toString() : body
  },
}
