import { portal } from './portal'

/**
 * Reads the settings and opens the connections. Wrong settings end the process here, with their names: Next would catch
 * the error, go on, and answer every request with 500.
 */
export function startPortal(): void {
  try {
    portal()
  } catch (error) {
    process.stderr.write(`The portal cannot start: ${error instanceof Error ? error.message : String(error)}\n`)
    process.exit(1)
  }
}
