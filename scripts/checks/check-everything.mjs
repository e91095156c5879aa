import path from 'node:path'
import { build } from '../platform/build.mjs'
import { CHECKOUT } from '../platform/checkout.mjs'
import { install, isInstalled } from '../platform/install.mjs'
import { requireWritable } from '../platform/writable.mjs'
import { requireChromium } from '../provision/chromium.mjs'
import { requireRedis } from '../provision/redis.mjs'
import { BUILT_CHECKS, endToEnd, faults, SOURCE_CHECKS, simulation, unitAndIntegration } from './catalogue.mjs'
import { notRun, runCheck } from './run-check.mjs'

/**
 * Everything in its order: what has no need of each other at the same time, what is judged by the clock alone. What cannot
 * run for want of something (a browser, Redis, a build) has failed, and says why; the rest goes on.
 * @param {import('./run-check.mjs').CheckContext} context
 * @param {{ logDir: string, reportDir: string, temporary: string }} folders
 * @returns {Promise<import('./run-check.mjs').Outcome[]>}
 */
export async function checkEverything(context, { logDir, reportDir, temporary }) {
  const { progress, roster } = context
  const tools = path.join(CHECKOUT, '.freshet')
  requireWritable(CHECKOUT, tools)
  const command = (/** @type {string} */ name) => ({
    dataDir: tools,
    logFile: path.join(logDir, `${name}.log`),
    signal: roster.stopping,
  })
  const check = (/** @type {import('./run-check.mjs').Check} */ one) => runCheck(one, context)

  if (!isInstalled()) await progress.step('Dependencies', () => install(command('install')))

  const redis = reasonOr(requireRedis(path.join(tools, 'tools'), progress.say))
  // Not at the same time: both may install, and apt lets one at a time.
  const chromium = redis.then(() => reasonOr(requireChromium(progress.say)))
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
  const late = [await check(simulation(reportDir))]
  late.push(hindrance === undefined ? await check(faults(reportDir)) : notRun('faults', hindrance, progress))
  const noBrowser = hindrance ?? browser.reason
  late.push(
    noBrowser === undefined
      ? await check(endToEnd(reportDir, browser.value ?? '', path.join(temporary, 'platform')))
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
