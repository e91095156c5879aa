import path from 'node:path'
import { PORTAL_DIR, QUIET } from './build.mjs'
import { CHECKOUT } from './checkout.mjs'
import { runProgram } from './program.mjs'

/**
 * What all services share.
 * @typedef {object} Surroundings
 * @property {string} redisUrl
 * @property {string} databaseUrl of portal and worker.
 * @property {string} [ownerDatabaseUrl] of the demo's shop, which makes tables of its own; `databaseUrl` unless named.
 * @property {string} secret
 * @property {boolean} dev
 * @property {import('./choose-ports.mjs').Ports} ports
 *
 * @typedef {{ name: string, command: string, args: string[], cwd: string, env: NodeJS.ProcessEnv, readyUrl?: string }} ServicePlan
 */

const LOOPBACK = '127.0.0.1'
/** Settings of the shell that started us which mean something else to a child of ours. */
const NOT_INHERITED = ['NODE_ENV', 'PORT', 'HOSTNAME', 'INIT_CWD']

/** @returns {NodeJS.ProcessEnv} the user's environment and .env, without what npm adds about itself. */
function inherited() {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('npm_') && !NOT_INHERITED.includes(name))
  return Object.fromEntries(kept)
}

/** @param {Surroundings} around */
export function shared({ redisUrl, secret, dev }) {
  return {
    ...inherited(),
    ...QUIET,
    REDIS_URL: redisUrl,
    FRESHET_SECRET: secret,
    FRESHET_ENV: process.env.FRESHET_ENV ?? 'development',
    LOG_LEVEL: process.env.LOG_LEVEL ?? 'info',
    NODE_ENV: dev ? 'development' : 'production',
  }
}

/** @param {number} index from 0 @param {Surroundings} around @returns {ServicePlan} */
export function nodePlan(index, around) {
  const port = around.ports.node[index]
  const name = `node-${index + 1}`
  return {
    name,
    ...runProgram({ app: 'cache-node', entry: 'main', dev: around.dev }),
    env: {
      ...shared(around),
      FRESHET_NODE_ID: name,
      FRESHET_NODE_HOST: LOOPBACK,
      FRESHET_NODE_PORT: String(port),
      FRESHET_NODE_URL: `http://${LOOPBACK}:${port}`,
      // Origins on private addresses are refused; the demo's is on this machine.
      FRESHET_ORIGIN_ALLOW: process.env.FRESHET_ORIGIN_ALLOW ?? '127.0.0.0/8',
    },
    readyUrl: `http://${LOOPBACK}:${port}/readyz`,
  }
}

/** @param {Surroundings} around @returns {ServicePlan} */
export function workerPlan(around) {
  const port = around.ports.worker
  return {
    name: 'worker',
    ...runProgram({ app: 'worker', entry: 'main', dev: around.dev }),
    env: { ...shared(around), DATABASE_URL: around.databaseUrl, FRESHET_WORKER_PORT: String(port) },
    readyUrl: `http://${LOOPBACK}:${port}/readyz`,
  }
}

/** @param {Surroundings} around @returns {ServicePlan} */
export function portalPlan(around) {
  const port = around.ports.portal
  const web = path.join(CHECKOUT, 'apps/web')
  const program = around.dev
    ? {
        command: path.join(web, 'node_modules/.bin/next'),
        args: ['dev', '--port', String(port), '--hostname', LOOPBACK],
        cwd: web,
      }
    : { command: process.execPath, args: ['server.js'], cwd: PORTAL_DIR }
  return {
    name: 'portal',
    ...program,
    env: {
      ...shared(around),
      DATABASE_URL: around.databaseUrl,
      PORT: String(port),
      HOSTNAME: LOOPBACK,
      NEXTAUTH_URL: portalUrl(around),
      FRESHET_DEMO: '1',
    },
    readyUrl: `http://${LOOPBACK}:${port}/api/health`,
  }
}

/** @param {Surroundings} around @returns {string} the portal's address as a person types it. */
export function portalUrl({ ports }) {
  return `http://localhost:${ports.portal}`
}

/** @param {Surroundings} around @returns {string[]} */
export function nodeUrls({ ports }) {
  return ports.node.map((port) => `http://${LOOPBACK}:${port}`)
}
