import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { build } from '../platform/build.mjs'
import { CHECKOUT } from '../platform/checkout.mjs'
import { install, isInstalled } from '../platform/install.mjs'
import { Roster } from '../platform/roster.mjs'
import { onStopRequest } from '../platform/stop-request.mjs'
import { requireWritable } from '../platform/writable.mjs'
import { requireChromium } from '../provision/chromium.mjs'
import { requireRedis } from '../provision/redis.mjs'
import { ExplainedError } from '../terminal/explained-error.mjs'
import { startProgress } from '../terminal/progress.mjs'
import { BUILT_CHECKS, endToEnd, faults, SOURCE_CHECKS, unitAndIntegration } from './catalogue.mjs'
import { hermeticEnvironment } from './hermetic-environment.mjs'
import { notRun, runCheck } from './run-check.mjs'

/**
 * `npm test`: everything there is to check, from a fresh clone. Exits with 0 when all passed and something ran.
 */
export async function test() {
  const progress = startProgress()
  const roster = new Roster()
  onStopRequest((why) => {
    progress.say(`${why}: stopping`)
    roster.beginStop()
  })
  const scratch = makeScratch()
  let passedAll = false
  try {
    const outcomes = await runAll(
      { logDir: path.join(scratch, 'logs'), env: hermeticEnvironment(temporaryOf(scratch)), roster, progress },
      scratch,
    )
    const failedChecks = outcomes.filter(({ suite, failed }) => !suite && failed > 0).length
    const suites = outcomes.filter(({ suite }) => suite)
    const sum = (/** @type {'passed' | 'failed'} */ of) => suites.reduce((total, outcome) => total + outcome[of], 0)
    passedAll = failedChecks + sum('failed') === 0 && sum('passed') > 0
    const checks = outcomes.length - suites.length
    console.log(
      `\n${checks - failedChecks} of ${checks} checks hold. Tests, with each check that does not hold as a failure:`,
    )
    console.log(`${sum('passed')} passed, ${sum('failed') + failedChecks} failed`)
  } catch (error) {
    const problem = roster.stopping.aborted ? 'Stopped before the end.' : explain(error)
    console.error(`\n${problem}`)
    console.log('0 passed, 1 failed')
  } finally {
    await roster.stopAll()
    const left = passedAll ? scratch : temporaryOf(scratch)
    rmSync(left, { recursive: true, force: true })
  }
  process.exit(passedAll ? 0 : 1)
}

/** @returns {string} a folder for this run's logs, reports and temporary files. */
function makeScratch() {
  const scratch = mkdtempSync(path.join(tmpdir(), 'freshet-test-'))
  const temporary = temporaryOf(scratch)
  mkdirSync(temporary)
  // As root, PostgreSQL runs as another account, which must pass through here to its data.
  for (const folder of [scratch, temporary]) chmodSync(folder, 0o711)
  return scratch
}

/** @param {string} scratch */
const temporaryOf = (scratch) => path.join(scratch, 'tmp')

/** @param {unknown} error */
function explain(error) {
  return error instanceof ExplainedError ? error.message : /** @type {Error} */ (error).stack
}

/**
 * @param {import('./run-check.mjs').CheckContext} context
 * @param {string} scratch
 * @returns {Promise<import('./run-check.mjs').Outcome[]>}
 */
async function runAll(context, scratch) {
  const { progress, roster, logDir } = context
  const reportDir = path.join(scratch, 'reports')
  const dataDir = path.join(temporaryOf(scratch), 'platform')
  mkdirSync(reportDir)
  const tools = path.join(CHECKOUT, '.freshet')
  requireWritable(CHECKOUT, tools)
  const command = (/** @type {string} */ name) => ({
    dataDir: tools,
    logFile: path.join(logDir, `${name}.log`),
    signal: roster.stopping,
  })
  const check = (/** @type {import('./run-check.mjs').Check} */ one) => runCheck(one, context)

  if (!isInstalled()) await progress.step('Dependencies', () => install(command('install')))

  const chromium = reasonOr(requireChromium(progress.say))
  const redis = reasonOr(requireRedis(path.join(tools, 'tools'), progress.say))
  const built = reasonOr(progress.step('Build', () => build('build', command('build')))).then((result) => {
    if (result.reason === undefined) return result
    progress.say(result.reason)
    return { reason: 'the build failed' }
  })
  const source = await Promise.all(SOURCE_CHECKS.map(check))
  const [browser, server, product] = await Promise.all([chromium, redis, built])

  const early = await Promise.all([
    ...(product.reason === undefined
      ? BUILT_CHECKS.map(check)
      : [notRun('checks of built code', product.reason, progress)]),
    server.reason === undefined
      ? check(unitAndIntegration(reportDir))
      : notRun('unit and integration', server.reason, progress),
  ])
  const hindrance = product.reason ?? server.reason
  const late = []
  late.push(hindrance === undefined ? await check(faults(reportDir)) : notRun('faults', hindrance, progress))
  const noBrowser = hindrance ?? browser.reason
  late.push(
    noBrowser === undefined
      ? await check(endToEnd(reportDir, browser.value ?? '', dataDir))
      : notRun('end to end', noBrowser, progress),
  )
  return [...source, ...early, ...late]
}

/**
 * @template T
 * @param {Promise<T>} work
 * @returns {Promise<{ value?: T, reason?: string }>} why it failed, so that what does not need it can go on.
 */
function reasonOr(work) {
  return work.then(
    (value) => ({ value }),
    (error) => ({ reason: error instanceof Error ? error.message : String(error) }),
  )
}
