import { isAlive } from '../processes/identity.mjs'
import { survivors } from '../processes/pid-file.mjs'
import { signalGroup } from '../processes/signal-group.mjs'
import { waitUntil } from '../processes/wait-until.mjs'
import { inStopOrder } from './stop-order.mjs'

/** PostgreSQL and Redis may have much to write; the rest has nothing to lose. */
const PATIENCE_MS = 15_000

/**
 * Stops what a start that was itself killed (kill -9, a closed laptop's lost session) left running on this data.
 * @param {string} runDir
 * @returns {Promise<string[]>} the names of what was stopped.
 */
export async function stopLeftovers(runDir) {
  const left = survivors(runDir)
  for (const group of inStopOrder(left)) {
    await Promise.all(
      group.map(async (record) => {
        process.kill(record.pid, record.stopSignal)
        await waitUntil(() => !isAlive(record), { timeoutMs: PATIENCE_MS })
        signalGroup(record.pid, 'SIGKILL')
        await waitUntil(() => !isAlive(record), { timeoutMs: PATIENCE_MS })
      }),
    )
  }
  survivors(runDir)
  return left.map(({ name }) => name)
}
