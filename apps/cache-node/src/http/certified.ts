import type { Duplex } from 'node:stream'

/** Whether the other end of a connection showed a certificate that our authority has signed (`tls.TLSSocket.authorized`). */
export function isCertified(socket: Duplex): boolean {
  return 'authorized' in socket && socket.authorized === true
}
