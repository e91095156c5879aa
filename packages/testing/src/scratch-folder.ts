import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

/**
 * @returns a new folder in the system's temporary folder and the way to remove it. Others may pass through it (not list
 * it): as root, PostgreSQL runs as another account and must reach its data.
 */
export function scratchFolder(purpose: string): { folder: string; remove(): void } {
  const folder = mkdtempSync(path.join(tmpdir(), `freshet-${purpose}-`))
  chmodSync(folder, 0o711)
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}
