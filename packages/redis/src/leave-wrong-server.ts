const REFUSED = /READONLY|^MOVED |^CLUSTERDOWN /
/** A cluster that is down is so for a while, and every one of the fleet's connections would come and go meanwhile. */
const DOWN_EVERY_MS = 1_000

/**
 * ioredis's `reconnectOnError` for connections that must lead to a master. A server that was demoted while it stayed
 * connected (READONLY), lost the slot (MOVED), or was cut off from the rest of its cluster (CLUSTERDOWN) would refuse for
 * ever. The command is rejected, though it was not done: in a transaction, to send one of its commands again on the next
 * connection would do it outside of it.
 */
export function leaveWrongServer(onMoved: (error: Error) => void): (error: Error) => boolean {
  let leftDownMs = Number.NEGATIVE_INFINITY
  return (error) => {
    if (!REFUSED.test(error.message)) return false
    if (error.message.startsWith('MOVED')) onMoved(error)
    if (!error.message.startsWith('CLUSTERDOWN')) return true
    const nowMs = performance.now()
    if (nowMs - leftDownMs < DOWN_EVERY_MS) return false
    leftDownMs = nowMs
    return true
  }
}
