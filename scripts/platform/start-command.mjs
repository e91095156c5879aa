import { existsSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { ExplainedError } from '../terminal/explained-error.mjs'
import { startProgress } from '../terminal/progress.mjs'
import { boot } from './boot.mjs'
import { CHECKOUT, dataDirectory } from './checkout.mjs'
import { choosePorts } from './choose-ports.mjs'
import { lockData } from './data-lock.mjs'
import { deleteData } from './fresh-start.mjs'
import { stopLeftovers } from './leftovers.mjs'
import { HELP, parseOptions } from './options.mjs'
import { Roster } from './roster.mjs'
import { secretsOf } from './secrets.mjs'
import { onStopRequest } from './stop-request.mjs'
import { describe } from './summary.mjs'
import { requireWritable } from './writable.mjs'

/**
 * `npm start`: brings the platform up, keeps it up until it is told to stop, and takes it down.
 * The process exits with 0 after a stop that was asked for, with 1 when something failed.
 * @param {string[]} args
 */
export async function start(args) {
  try {
    if (existsSync(path.join(CHECKOUT, '.env'))) process.loadEnvFile(path.join(CHECKOUT, '.env'))
    const options = parseOptions(args, process.env)
    if (options.help) console.log(HELP)
    else await run(options)
  } catch (error) {
    console.error(`\n${error instanceof ExplainedError ? error.message : /** @type {Error} */ (error).stack}`)
    process.exitCode = 1
  }
  // Whatever still lingers (a kept-alive connection of a readiness check) has nothing left to do.
  process.exit()
}

/** @param {import('./options.mjs').Options} options */
async function run(options) {
  const progress = startProgress()
  const roster = new Roster()
  const dataDir = dataDirectory()
  const factsFile = path.join(dataDir, 'demo.json')
  onStopRequest((why) => {
    progress.say(`${why}: stopping everything in order (once more to stop at once)`)
    roster.beginStop()
  })

  requireWritable(CHECKOUT, dataDir)
  const unlock = lockData(dataDir)
  try {
    // It is there while the platform is ready, and only then: scripts wait for it.
    rmSync(factsFile, { force: true })
    const runDir = path.join(dataDir, 'run')
    const left = await stopLeftovers(runDir)
    if (left.length > 0) progress.say(`Stopped what an earlier start left running: ${left.join(', ')}`)
    if (options.fresh) deleteData(dataDir, Boolean(process.env.DATABASE_URL))
    const ports = await choosePorts(options)
    const secrets = secretsOf(dataDir, process.env.FRESHET_SECRET)
    const facts = await boot({ options, ports, secrets, dataDir, runDir, roster, progress })
    writeFileSync(factsFile, `${JSON.stringify(facts, null, 2)}\n`, { mode: 0o600 })
    progress.say(describe(facts, dataDir))
    await untilStopped(roster.stopping)
  } catch (error) {
    // When it was told to stop while it came up, what then fails for that reason is no failure.
    roster.fail(/** @type {Error} */ (error))
  } finally {
    rmSync(factsFile, { force: true })
    await roster.stopAll()
    unlock()
  }
  if (roster.failure) throw roster.failure
  progress.say('Stopped.')
}

/** @param {AbortSignal} stopping */
function untilStopped(stopping) {
  return new Promise((resolve) => {
    if (stopping.aborted) resolve(undefined)
    stopping.addEventListener('abort', resolve, { once: true })
  })
}
