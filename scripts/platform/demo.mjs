import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { ExplainedError } from '../terminal/explained-error.mjs'
import { runProgram } from './program.mjs'
import { keepApiKey } from './secrets.mjs'
import { nodeUrls, shared } from './service-specs.mjs'

/**
 * The demo's own facts, as its seed prints them in its last line (JSON).
 * @typedef {{ apiKey: string, email: string, password: string }} DemoSeed
 */

/**
 * Makes the demo's account, key, policies and catalogue, unless they are there.
 * @param {import('./boot.mjs').BootContext} context
 * @param {import('./service-specs.mjs').Surroundings} around
 * @returns {Promise<DemoSeed>}
 */
export async function seedDemo({ dataDir, secrets, roster }, around) {
  const { command, args, cwd } = runProgram({ app: 'demo', entry: 'seed/main', dev: around.dev, once: true })
  const env = {
    ...shared(around),
    ...databases(around),
    DEMO_ORIGIN_URL: `http://127.0.0.1:${around.ports.origin}`,
    DEMO_PASSWORD: secrets.demo,
    // Last time's: an API key is stored as a hash, so that only we can know it still.
    DEMO_API_KEY: secrets.apiKey ?? '',
  }
  try {
    const { stdout } = await promisify(execFile)(command, args, { cwd, env, signal: roster.stopping })
    /** @type {DemoSeed} */
    const seed = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')
    if (seed.apiKey !== secrets.apiKey) keepApiKey(dataDir, seed.apiKey)
    return seed
  } catch (cause) {
    const said = /** @type {{ stderr?: string }} */ (cause).stderr?.trim() || String(cause)
    throw new ExplainedError(`The demo's data could not be made: ${said}`, { cause })
  }
}

/**
 * @param {import('./service-specs.mjs').Surroundings} around
 * @param {DemoSeed} seed
 * @returns {import('./service-specs.mjs').ServicePlan}
 */
export function originPlan(around, { apiKey }) {
  const port = around.ports.origin
  return {
    name: 'origin',
    ...runProgram({ app: 'demo', entry: 'origin/main', dev: around.dev }),
    env: {
      ...shared(around),
      ...databases(around),
      DEMO_ORIGIN_PORT: String(port),
      // Its prices change, and it says so to the cache.
      NODE_URLS: nodeUrls(around).join(','),
      DEMO_API_KEY: apiKey,
    },
    readyUrl: `http://127.0.0.1:${port}/livez`,
  }
}

/**
 * @param {import('./service-specs.mjs').Surroundings} around
 * @param {DemoSeed} seed
 * @returns {import('./service-specs.mjs').ServicePlan}
 */
export function trafficPlan(around, { apiKey }) {
  const traces = process.env.FRESHET_TRACES
  return {
    name: 'traffic',
    ...runProgram({ app: 'demo', entry: 'traffic/main', dev: around.dev }),
    env: {
      ...shared(around),
      NODE_URLS: nodeUrls(around).join(','),
      DEMO_API_KEY: apiKey,
      // As the user sees it, who stands elsewhere than the program will.
      FRESHET_TRACES: traces && path.resolve(process.env.INIT_CWD ?? process.cwd(), traces),
    },
  }
}

/** @param {import('./service-specs.mjs').Surroundings} around */
function databases({ databaseUrl, ownerDatabaseUrl = databaseUrl }) {
  return { DATABASE_URL: databaseUrl, DEMO_DATABASE_URL: process.env.DEMO_DATABASE_URL ?? ownerDatabaseUrl }
}
