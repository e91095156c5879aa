import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { runCommand } from '../processes/run-command.mjs'
import { CHECKOUT } from './checkout.mjs'
import { sourceFingerprint } from './source-fingerprint.mjs'
import { cachesWithoutHome } from './writable.mjs'

const STAMP = path.join(CHECKOUT, 'node_modules/.cache/freshet-built')
const NEXT = path.join(CHECKOUT, 'apps/web/.next')
/** Where Next puts the portal's own server; its folders mirror the checkout's. */
export const PORTAL_DIR = path.join(NEXT, 'standalone/apps/web')

/** @returns {boolean} whether what was last built is still what the sources say. */
export function isBuilt() {
  return existsSync(STAMP) && existsSync(PORTAL_DIR) && readFileSync(STAMP, 'utf8') === sourceFingerprint()
}

/**
 * Runs a task of turbo.json over the workspace.
 * @param {'generate' | 'build'} task `build` includes `generate`.
 * @param {{ dataDir: string, logFile: string, runDir?: string, signal?: AbortSignal }} options
 */
export async function build(task, { dataDir, logFile, runDir, signal }) {
  const before = sourceFingerprint()
  const binaries = path.join(CHECKOUT, 'node_modules/.bin')
  await runCommand({
    name: 'build',
    command: path.join(binaries, 'turbo'),
    // Libraries are built by who publishes them; the programs hold what they need of them.
    args: ['run', task, '--filter={./apps/*}...', '--output-logs=new-only'],
    cwd: CHECKOUT,
    env: {
      ...process.env,
      ...cachesWithoutHome(dataDir),
      // turbo runs pnpm, and runs it by name.
      PATH: `${binaries}${path.delimiter}${process.env.PATH}`,
      NODE_ENV: undefined,
      ...QUIET,
    },
    logFile,
    runDir,
    signal,
  })
  if (task !== 'build') return
  completePortal()
  mkdirSync(path.dirname(STAMP), { recursive: true })
  // The sources as they were when the build began: an edit made during it must be built again.
  writeFileSync(STAMP, before)
}

/** Nothing is sent anywhere, and nothing is asked. */
export const QUIET = {
  NEXT_TELEMETRY_DISABLED: '1',
  TURBO_TELEMETRY_DISABLED: '1',
  DO_NOT_TRACK: '1',
  CHECKPOINT_DISABLE: '1',
}

/** Next leaves it to us to put static files beside its standalone server. */
function completePortal() {
  for (const [from, to] of [
    [path.join(NEXT, 'static'), path.join(PORTAL_DIR, '.next/static')],
    [path.join(CHECKOUT, 'apps/web/public'), path.join(PORTAL_DIR, 'public')],
  ]) {
    if (!from || !to) continue
    rmSync(to, { recursive: true, force: true })
    if (existsSync(from)) cpSync(from, to, { recursive: true })
  }
}
