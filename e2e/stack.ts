import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { chmod } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { DemoFacts } from '@freshet/scripts/platform/boot'
import { CHECKOUT } from '@freshet/scripts/platform/checkout'
import { waitUntil } from '@freshet/scripts/processes/wait-until'

const START_WITHIN_MS = 180_000
const FACTS_VARIABLE = 'FRESHET_DEMO_FACTS'

/** @returns addresses, account and API key of the platform under test. */
export function stack(): DemoFacts {
  return JSON.parse(process.env[FACTS_VARIABLE] ?? '')
}

/** Playwright's global set-up: `npm start` on free ports and data of its own, stopped at the end. */
export default async function startStack(): Promise<() => Promise<void>> {
  const given = process.env.FRESHET_DATA_DIR
  const dataDir = given ?? mkdtempSync(path.join(tmpdir(), 'freshet-e2e-'))
  if (!given) await chmod(dataDir, 0o711)
  const started = spawn(process.execPath, [path.join(CHECKOUT, 'scripts/start.mjs'), '--free-ports'], {
    env: { ...process.env, FRESHET_DATA_DIR: dataDir },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const facts = path.join(dataDir, 'demo.json')
  const ended = new AbortController()
  started.once('exit', () => ended.abort())
  const ready = await waitUntil(() => existsSync(facts), { timeoutMs: START_WITHIN_MS, signal: ended.signal })
  if (!ready) {
    await stop(started)
    throw new Error(`the platform did not start; what it said stands above, its logs are in ${dataDir}/logs`)
  }
  // Inherited by the workers, which read the configuration again.
  process.env[FACTS_VARIABLE] = readFileSync(facts, 'utf8')
  process.env.FRESHET_PORTAL_URL = stack().portal
  return async () => {
    await stop(started)
    if (!given) rmSync(dataDir, { recursive: true, force: true })
  }
}

function stop(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve()
    child.once('exit', () => resolve())
    child.kill('SIGTERM')
  })
}
