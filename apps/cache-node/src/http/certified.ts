import type { Duplex } from 'node:stream'
import { TLSSocket } from 'node:tls'

/** A connection that stands behind another stream, as the lane's relayed sockets have one. */
interface Certified {
  readonly certified: boolean
}

/**
 * Whether the other end of a connection showed a certificate that our authority has signed.
 *
 * `authorized` alone does not say so: Node calls every resumed TLS 1.3 session authorized, also one that began without a
 * certificate, or with one that was refused. Our server resumes none (tls/create-server.ts); this is the second lock.
 */
export function isCertified(socket: Duplex | (Duplex & Certified)): boolean {
  if (socket instanceof TLSSocket) return socket.authorized && !socket.isSessionReused()
  return 'certified' in socket && socket.certified
}
