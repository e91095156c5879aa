import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { runCommand } from '../processes/run-command.mjs'
import { CHECKOUT } from './checkout.mjs'
import { cachesWithoutHome } from './writable.mjs'

/** The package manager, at the version that package.json names; npx fetches it. Corepack fails its signature check. */
const PNPM = /** @type {string} */ (
  JSON.parse(readFileSync(path.join(CHECKOUT, 'package.json'), 'utf8')).packageManager
)
const STAMP = path.join(CHECKOUT, 'node_modules/.freshet-installed')

/** @returns {boolean} whether node_modules is what the lockfile says. */
export function isInstalled() {
  return existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted()
}

/**
 * Installs what the lockfile says.
 * @param {{ dataDir: string, logFile: string, runDir?: string, signal?: AbortSignal }} options
 */
export async function install({ dataDir, logFile, runDir, signal }) {
  await runCommand({
    name: 'install',
    command: 'npx',
    args: ['-y', PNPM, 'install', '--frozen-lockfile', '--reporter=append-only'],
    cwd: CHECKOUT,
    // CI: pnpm must replace a node_modules of another version without asking, and there is nobody to ask.
    env: { ...process.env, ...cachesWithoutHome(dataDir), CI: 'true' },
    logFile,
    runDir,
    signal,
  })
  writeFileSync(STAMP, wanted())
}

/** What the installation depends on: the lockfile, and the machine that native packages were chosen for. */
function wanted() {
  const lockfile = readFileSync(path.join(CHECKOUT, 'pnpm-lock.yaml'))
  return `${createHash('sha256').update(lockfile).digest('hex')} ${process.platform}-${process.arch}\n`
}
