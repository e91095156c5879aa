import { ExplainedError } from '../terminal/explained-error.mjs'
import { tailOf } from '../terminal/log-tail.mjs'
import { startService } from './service.mjs'

/**
 * Runs a command to its end, its output in a log.
 * @param {import('./service.mjs').ServiceSpec & { signal?: AbortSignal }} spec
 * @throws {ExplainedError} with the end of the log, when it fails. An abort stops the command, then throws its reason.
 */
export async function runCommand({ signal, ...spec }) {
  signal?.throwIfAborted()
  const child = await startService(spec)
  const stop = () => void child.stop()
  signal?.addEventListener('abort', stop, { once: true })
  const exit = await child.exited
  signal?.removeEventListener('abort', stop)
  signal?.throwIfAborted()
  if (exit.code === 0) return
  const how = exit.signal ? `was ended by ${exit.signal}` : `failed with exit code ${exit.code}`
  throw new ExplainedError(
    `${[spec.command, ...spec.args].join(' ')} ${how}; the end of ${spec.logFile}:\n${tailOf(spec.logFile, 40)}`,
  )
}
