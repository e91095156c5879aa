import { readTlsMaterial } from '@freshet/tls/tls-material'
import { env } from '~/env'

/** Wrong settings, and files that they name, end the process, with their names: Next would go on, and answer every request with 500. */
export function checkSettings(): void {
  try {
    readTlsMaterial(env().tls)
  } catch (error) {
    process.stderr.write(`The portal cannot start: ${error instanceof Error ? error.message : String(error)}\n`)
    process.exit(1)
  }
}
