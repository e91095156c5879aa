import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

/** A run that is interrupted undoes nothing, and must not leave its folders behind all the same. */
const kept = new Set<string>()
process.on('exit', () => {
  for (const folder of kept) remove(folder)
})

/**
 * @returns a new folder in the system's temporary folder and the way to remove it. Others may pass through it (not list
 * it): as root, PostgreSQL runs as another account and must reach its data.
 */
export function scratchFolder(purpose: string): { folder: string; remove(): void } {
  const folder = mkdtempSync(path.join(tmpdir(), `freshet-${purpose}-`))
  kept.add(folder)
  chmodSync(folder, 0o711)
  return { folder, remove: () => remove(folder) }
}

function remove(folder: string): void {
  kept.delete(folder)
  // A server that was only just told to stop may still write there.
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 })
}
