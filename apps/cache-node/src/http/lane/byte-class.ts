/** Classes of bytes, one bit each, so that a scanner asks one table one question. All are ASCII; nothing else is in any. */
export const CLASS = {
  /** May stand in a key on the lane: RFC 3986 `pchar` without percent-encoding, so that raw and decoded are the same. */
  key: 1,
  /** RFC 9110 `tchar`: names of methods and fields. */
  token: 2,
  /** Field values: visible characters, space and tab. Not obs-text: what it means is anybody's guess. */
  value: 4,
  /** A request target in origin form: visible characters. */
  target: 8,
  /** Host and port, bracketed IPv6 included. */
  host: 16,
  /** RFC 9110 `etagc` without obs-text. */
  etag: 32,
  requestId: 64,
} as const

const ALNUM = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

const table = new Uint8Array(256)
function admit(bit: number, characters: string): void {
  for (const byte of Buffer.from(characters, 'latin1')) table[byte] = (table[byte] ?? 0) | bit
}

const visible = String.fromCharCode(...Array.from({ length: 0x5e }, (_, i) => 0x21 + i))
admit(CLASS.key, `${ALNUM}-._~:@!$&'()*+,;=`)
admit(CLASS.token, `${ALNUM}!#$%&'*+-.^_\`|~`)
admit(CLASS.value, `${visible} \t`)
admit(CLASS.target, visible)
admit(CLASS.host, `${ALNUM}-._:[]`)
admit(CLASS.etag, visible.replace('"', ''))
admit(CLASS.requestId, `${ALNUM}-._`)

/** Index of the first byte in [from, end) that is not of the class; `end` when all are. */
export function skipClass(bytes: Uint8Array, from: number, end: number, bit: number): number {
  let at = from
  while (at < end && ((table[bytes[at] as number] as number) & bit) !== 0) at++
  return at
}
