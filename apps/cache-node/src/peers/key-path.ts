/** Keys made of these alone go as they are: such a request stays on the other node's fast lane (http/lane/byte-class.ts). */
const PLAIN = /^[A-Za-z0-9\-._~:@!$&'()*+,;=]+$/

/** The target of a read. */
export function pathOfKey(key: string): string {
  return `/api/cache/${PLAIN.test(key) ? key : encodeURIComponent(key)}`
}
