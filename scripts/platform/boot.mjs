import path from 'node:path'
import { startHttpService } from '../processes/http-service.mjs'
import { runCommand } from '../processes/run-command.mjs'
import { build, isBuilt } from './build.mjs'
import { CHECKOUT } from './checkout.mjs'
import { originPlan, seedDemo, trafficPlan } from './demo.mjs'
import { install, isInstalled } from './install.mjs'
import { bringUpPostgres, bringUpRedis } from './servers.mjs'
import { nodePlan, nodeUrls, portalPlan, portalUrl, workerPlan } from './service-specs.mjs'
import { supervise } from './supervise.mjs'

/**
 * @typedef {import('./servers.mjs').ServerContext & {
 *   options: import('./options.mjs').Options,
 *   ports: import('./choose-ports.mjs').Ports,
 * }} BootContext
 *
 * What a person or a script needs to use the platform; written to demo.json.
 * @typedef {{ portal: string, nodes: string[], apiKey: string, email: string, password: string }} DemoFacts
 */

/**
 * Brings the platform up. What does not depend on each other goes on at the same time.
 * @param {BootContext} context
 * @returns {Promise<DemoFacts>} once everything is ready.
 */
export async function boot(context) {
  const { options, ports, secrets } = context
  const dependencies = installed(context)
  const [redisUrl, databases] = await all(context, [
    bringUpRedis(context),
    dependencies.then(() => migratedDatabase(context)),
    dependencies.then(() => built(context)),
  ])

  const around = { redisUrl, ...databases, secret: secrets.freshet, dev: options.dev, ports }
  const seed = await context.progress.step('Demo data', () => seedDemo(context, around))
  const run = (/** @type {import('./service-specs.mjs').ServicePlan} */ plan) => keepUp(context, plan)
  await all(context, [
    run(originPlan(around, seed)),
    run(workerPlan(around)),
    run(portalPlan(around)),
    ...ports.node.map((_, index) => run(nodePlan(index, around))),
  ])
  if (options.traffic) await run(trafficPlan(around, seed))
  return { portal: portalUrl(around), nodes: nodeUrls(around), ...seed }
}

/** @param {BootContext} context */
async function installed(context) {
  if (isInstalled()) return
  await context.progress.step('Dependencies', () => install(commandOptions(context, 'install')))
}

/** @param {BootContext} context */
async function built(context) {
  if (context.options.dev) {
    return context.progress.step('Generated code', () => build('generate', commandOptions(context, 'build')))
  }
  if (isBuilt()) return
  await context.progress.step('Build', () => build('build', commandOptions(context, 'build')))
}

/**
 * A PostgreSQL of ours has a role for portal and worker, which can only add to the audit. One that was given is used as
 * it was given.
 * @param {BootContext} context
 * @returns {Promise<{ databaseUrl: string, ownerDatabaseUrl: string }>}
 */
async function migratedDatabase(context) {
  const ownerDatabaseUrl = await bringUpPostgres(context)
  const app = process.env.DATABASE_URL ? null : { role: 'freshet_app', password: context.secrets.postgresApp }
  await runCommand({
    ...commandOptions(context, 'migrate'),
    name: 'migrate',
    command: process.execPath,
    args: ['packages/db/scripts/migrate.mjs'],
    cwd: CHECKOUT,
    env: {
      ...process.env,
      DATABASE_URL: ownerDatabaseUrl,
      ...(app && { DATABASE_APP_ROLE: app.role, DATABASE_APP_PASSWORD: app.password }),
    },
  })
  if (!app) return { databaseUrl: ownerDatabaseUrl, ownerDatabaseUrl }
  const { href } = Object.assign(new URL(ownerDatabaseUrl), { username: app.role, password: app.password })
  return { databaseUrl: href, ownerDatabaseUrl }
}

/** @param {BootContext} context @param {string} name */
function commandOptions({ dataDir, runDir, roster }, name) {
  return { dataDir, runDir, logFile: path.join(dataDir, `logs/${name}.log`), signal: roster.stopping }
}

/** @param {BootContext} context @param {import('./service-specs.mjs').ServicePlan} plan */
async function keepUp({ dataDir, runDir, roster, progress }, { readyUrl, ...plan }) {
  const spec = { ...plan, runDir, logFile: path.join(dataDir, `logs/${plan.name}.log`) }
  const start = async () => roster.add(await startHttpService(spec, readyUrl, roster.stopping))
  const service = await progress.step(plan.name, (note) => {
    note(readyUrl ? `ready at ${new URL(readyUrl).origin}` : 'running')
    return start()
  })
  void supervise(service, { start, roster, say: progress.say })
}

/**
 * Waits for all. The first failure brings everything down at once, and is thrown when the rest has noticed: nothing may
 * still be starting something while the platform stops.
 * @template {readonly unknown[]} T
 * @param {BootContext} context
 * @param {T} work
 * @returns {Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }>}
 */
async function all({ roster }, work) {
  const watched = work.map((one) => Promise.resolve(one).catch((error) => roster.fail(error)))
  const results = await Promise.all(watched)
  if (roster.failure) throw roster.failure
  roster.stopping.throwIfAborted()
  return /** @type {{ -readonly [K in keyof T]: Awaited<T[K]> }} */ (results)
}
