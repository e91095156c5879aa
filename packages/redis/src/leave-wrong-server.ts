/** By a server that is no master of ours any more. */
const GONE = /READONLY|^MOVED /
/** By a member of a cluster that was cut off from the rest; or the rest is no more. */
const CUT_OFF = /^CLUSTERDOWN /
/** The rest may be no more for long, and every one of the fleet's connections would come and go meanwhile. */
const CUT_OFF_EVERY_MS = 1_000

/**
 * ioredis's `reconnectOnError` for connections that must lead to a master. A server that was demoted while it stayed
 * connected, lost the slot, or was cut off would refuse for ever. The command is rejected, though it was not done: of a
 * transaction, one that is sent again on the next connection would be done outside of it.
 */
export function leaveWrongServer(onMoved: (error: Error) => void): (error: Error) => boolean {
  let leftMs = Number.NEGATIVE_INFINITY
  return (error) => {
    if (GONE.test(error.message)) {
      if (error.message.startsWith('MOVED')) onMoved(error)
      return true
    }
    if (!CUT_OFF.test(error.message) || performance.now() - leftMs < CUT_OFF_EVERY_MS) return false
    leftMs = performance.now()
    return true
  }
}
