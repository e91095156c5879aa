import { REFUSED } from './field-line.ts'
import type { LaneHandler, LaneHeaders, LanePeer } from './lane-handler.ts'
import { type HeaderBlock, readGetHeaders } from './parse-strict-get.ts'

/**
 * Remembers the last header block that was validated on a connection, with what it meant. A client's requests differ in
 * their request line and hardly ever in their headers, so most requests pay one `memcmp` instead of a parse and an
 * authentication.
 *
 * Equal bytes mean equal meaning because a block ends with the first blank line, and the remembered one was read up to
 * there.
 */
export class HeaderMemo<Session> {
  private readonly handler: LaneHandler<Session>
  private readonly peer: LanePeer
  private block = Buffer.alloc(0)
  private known: { headers: LaneHeaders; session: Session } | null = null

  constructor(handler: LaneHandler<Session>, peer: LanePeer) {
    this.handler = handler
    this.peer = peer
  }

  /** What the block that was matched last means. Only after `match` returned an index. */
  get current(): { headers: LaneHeaders; session: Session } {
    if (this.known === null) throw new Error('no header block was matched')
    return this.known
  }

  /** Index after the header block that begins at `at`, or a verdict; `REFUSED` too when the handler opens no session. */
  match(bytes: Buffer, at: number): number {
    const end = at + this.block.length
    if (this.known !== null && end <= bytes.length && this.block.compare(bytes, at, end) === 0) return end
    const headers = readGetHeaders(bytes, at)
    return typeof headers === 'number' ? headers : this.learn(bytes, at, headers)
  }

  private learn(bytes: Buffer, at: number, headers: HeaderBlock): number {
    const session = this.sessionFor(headers)
    if (session === null) {
      this.known = null
      return REFUSED
    }
    this.known = { headers, session }
    // Blocks that differ in a request id or an entity tag only have one length as a rule: the memory is used again.
    if (this.block.length === headers.end - at) bytes.copy(this.block, 0, at, headers.end)
    else this.block = Buffer.from(bytes.subarray(at, headers.end))
    return headers.end
  }

  private sessionFor(headers: HeaderBlock): Session | null {
    if (this.known !== null && this.known.headers.authorization === headers.authorization) return this.known.session
    return this.handler.open(headers, this.peer)
  }
}
