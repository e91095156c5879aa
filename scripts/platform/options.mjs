import { parseArgs } from 'node:util'
import { ExplainedError } from '../terminal/explained-error.mjs'

/**
 * @typedef {object} Options
 * @property {boolean} help
 * @property {boolean} fresh
 * @property {boolean} dev
 * @property {boolean} traffic
 * @property {boolean} freePorts
 * @property {number} nodes
 * @property {{ node: number, portal: number, worker: number, origin: number }} ports of the first node; the rest follow it.
 */

export const HELP = `Starts Freshet on this machine: cache-nodes, worker, portal, and a demo with its traffic.

  npm start                      begins, or continues with the data of last time
  npm start -- --fresh           begins anew: deletes the data that earlier starts left in .freshet
  npm run dev                    the same, reloading what you change

Options (after "npm start --"), and the variable that says the same:
  --nodes N          cache-nodes in the ring                        FRESHET_NODES         2
  --node-port P      port of the first node, the others follow      FRESHET_NODE_PORT     9400
  --portal-port P    port of the portal                             FRESHET_PORTAL_PORT   3000
  --worker-port P    port of the worker's health and metrics        FRESHET_WORKER_PORT   9500
  --origin-port P    port of the demo's origin                      DEMO_ORIGIN_PORT      9600
  --free-ports       any free ports, instead of those above
  --no-traffic       do not replay the demo's traffic
  --help             this text

Variables: DATABASE_URL and REDIS_URL name servers of yours, to be used instead of ones that are started here;
FRESHET_DATA_DIR is another place for .freshet. They may stand in a file .env; .env.example explains them all.
Ctrl-C stops everything that was started, and nothing else. A part that dies is started again: kill one and watch.`

/** The variables that name ports, by the role of what listens there. */
export const PORT_VARIABLES = {
  node: 'FRESHET_NODE_PORT',
  portal: 'FRESHET_PORTAL_PORT',
  worker: 'FRESHET_WORKER_PORT',
  origin: 'DEMO_ORIGIN_PORT',
}

/**
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {Options}
 * @throws {ExplainedError} on an option that does not exist, or a number that is none.
 */
export function parseOptions(args, env) {
  const { values } = parsed(args)
  if (env.FRESHET_ENV === 'production') {
    throw new ExplainedError(
      'npm start runs a demo whose account and key are printed on the terminal, which has no place in production: ' +
        'docs/deployment.md says how to deploy; unset FRESHET_ENV to try Freshet here.',
    )
  }
  const port = (/** @type {keyof typeof PORT_VARIABLES} */ role, /** @type {number} */ usual) => {
    const variable = PORT_VARIABLES[role]
    return integer(values[`${role}-port`] ?? env[variable] ?? usual, variable, 1, 65_535)
  }
  return {
    help: values.help ?? false,
    fresh: values.fresh ?? false,
    dev: values.dev ?? false,
    traffic: !values['no-traffic'],
    freePorts: values['free-ports'] ?? false,
    nodes: integer(values.nodes ?? env.FRESHET_NODES ?? 2, 'FRESHET_NODES', 1, 64),
    ports: {
      node: port('node', 9400),
      portal: port('portal', 3000),
      worker: port('worker', 9500),
      origin: port('origin', 9600),
    },
  }
}

/** @param {string[]} args */
function parsed(args) {
  const text = /** @type {const} */ ({ type: 'string' })
  const flag = /** @type {const} */ ({ type: 'boolean' })
  const options = {
    help: flag,
    fresh: flag,
    dev: flag,
    nodes: text,
    'node-port': text,
    'portal-port': text,
    'worker-port': text,
    'origin-port': text,
    'free-ports': flag,
    'no-traffic': flag,
  }
  try {
    return parseArgs({ args, options })
  } catch (cause) {
    const [sentence] = /** @type {Error} */ (cause).message.split('. ')
    throw new ExplainedError(`${sentence}. "npm start -- --help" lists the options.`, { cause })
  }
}

/** @param {string | number} value @param {string} what @param {number} least @param {number} most */
function integer(value, what, least, most) {
  const number = Number(value)
  if (Number.isInteger(number) && number >= least && number <= most) return number
  throw new ExplainedError(`${what} must be a whole number from ${least} to ${most}, not "${value}".`)
}
