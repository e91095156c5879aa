/**
 * What the fast lane asks of whoever answers. The lane knows HTTP framing and nothing of caches; a handler knows the
 * cache and nothing of sockets.
 */
export interface LaneHandler<Session> {
  /**
   * Called once per connection for each new `authorization` (and once for none). The session it returns is passed back
   * with every request that carries the same credential, for as long as the connection lives: it must therefore hold
   * something that `hit` can ask whether the credential still stands. `null`: node:http answers this request, and the
   * lane asks again next time.
   */
  open(headers: LaneHeaders, peer: LanePeer): Session | null

  /** Answers at once, or `null`: not a value that may be served at once. Must not wait and should not throw. */
  hit(key: string, headers: LaneHeaders, session: Session): LaneReply | null

  /**
   * Asked after `hit` said `null`. Later requests of the connection wait for the promise, since HTTP/1.1 answers in
   * order. `null`, now or later, or a rejection: node:http answers.
   */
  load?(key: string, headers: LaneHeaders, session: Session): Promise<LaneReply | null> | null
}

/** The request headers that may change an answer; all others that the lane admits cannot. */
export interface LaneHeaders {
  /** The raw field value, e.g. `Bearer fk_...`. */
  readonly authorization: string | null
  /** One strong entity tag with its quotes. Lists, weak tags and `*` never reach the lane. */
  readonly ifNoneMatch: string | null
  /** 1 to 64 characters of `[A-Za-z0-9._-]`. */
  readonly requestId: string | null
  /** The raw field value, with which another node passes a read on. */
  readonly forwarded: string | null
}

/** The other end of a connection. */
export interface LanePeer {
  readonly remoteAddress: string | undefined
  readonly encrypted: boolean
  /** It showed a certificate that our authority has signed. */
  readonly certified: boolean
}

export interface LaneReply {
  /**
   * Status line and fields up to and with the blank line, every character below U+0100. It frames its own body: a
   * Content-Length equal to the body's, or a status that has none. No Connection field: the lane owns the connection.
   */
  readonly head: string
  /** Octets between head and body, for a body that is not in one piece. The Content-Length counts them. */
  readonly prefix?: Buffer
  /** Never changed after it was handed over: a slow reader may still be sent it seconds later. */
  readonly body: Buffer | null
}
