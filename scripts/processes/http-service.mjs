import { ExplainedError } from '../terminal/explained-error.mjs'
import { tailOf } from '../terminal/log-tail.mjs'
import { startService } from './service.mjs'
import { either, waitUntil } from './wait-until.mjs'

const READY_WITHIN_MS = 90_000

/**
 * Starts a service and waits until it says that it is ready.
 * @param {import('./service.mjs').ServiceSpec} spec
 * @param {string | undefined} readyUrl answers 200 when it is; undefined: it serves nobody, to run is enough.
 * @param {AbortSignal} [signal] gives up waiting, and stops it.
 * @returns {Promise<import('./service.mjs').Service>}
 * @throws {ExplainedError} with the end of its log.
 */
export async function startHttpService(spec, readyUrl, signal) {
  const service = await startService(spec)
  if (!readyUrl) return service
  const isReady = () => answersOk(readyUrl)
  if (await waitUntil(isReady, { timeoutMs: READY_WITHIN_MS, signal: either(service.gone, signal) })) return service
  const died = service.gone.aborted
  await service.stop()
  const { code, signal: by } = await service.exited
  const what = died
    ? `ended at once (${by ?? `exit code ${code}`})`
    : `was not ready (${readyUrl}) within ${READY_WITHIN_MS / 1000} s`
  throw new ExplainedError(`${spec.name} ${what}; the end of ${spec.logFile}:\n${tailOf(spec.logFile)}`)
}

/** @param {string} url */
async function answersOk(url) {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(5_000) })
    await response.arrayBuffer()
    return response.ok
  } catch {
    return false
  }
}
