import type { Redis } from 'ioredis'

const LOOKS = 4

/**
 * Ends the connection, and so rejects what waits on it, when Redis has said nothing for `stallMs` (up to a quarter more)
 * while commands wait. It looks at intervals rather than setting one timer per silence (ioredis's `socketTimeout`): after a
 * pause of this process (garbage collection, SIGSTOP) a timer comes due before the answers that arrived meanwhile are
 * read, and would end every connection that works. A pause is one look, whatever its length.
 */
export function giveUpStalled(redis: Redis, stallMs: number): void {
  let looked = { stream: redis.stream, bytesRead: 0 }
  let silentLooks = 0
  const timer = setInterval(() => {
    const { stream } = redis
    const waits = stream && redis.commandQueue.length > 0
    const silent = waits && stream === looked.stream && stream.bytesRead === looked.bytesRead
    silentLooks = silent ? silentLooks + 1 : 0
    looked = { stream, bytesRead: stream?.bytesRead ?? 0 }
    if (silentLooks >= LOOKS) stream.destroy(new Error(`Redis has said nothing for ${stallMs} ms`))
  }, stallMs / LOOKS)
  timer.unref()
  redis.on('end', () => clearInterval(timer))
}
