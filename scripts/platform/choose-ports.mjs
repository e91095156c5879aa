import { portHolder } from '../processes/port-holder.mjs'
import { freePorts, isPortFree } from '../processes/ports.mjs'
import { ExplainedError } from '../terminal/explained-error.mjs'

/** @typedef {import('./service-specs.mjs').Surroundings['ports']} Ports */

/**
 * @param {import('./options.mjs').Options} options
 * @returns {Promise<Ports>} ports that are free now.
 * @throws {ExplainedError} naming the port that is not, who holds it, and how to choose another.
 */
export async function choosePorts({ nodes, ports, freePorts: anyFree }) {
  if (anyFree) return anyFreePorts(nodes)
  const chosen = { ...ports, node: Array.from({ length: nodes }, (_, index) => ports.node + index) }
  const uses = [
    ...chosen.node.map((port, index) => ({ port, what: `cache-node ${index + 1}`, option: 'node-port' })),
    { port: chosen.portal, what: 'the portal', option: 'portal-port' },
    { port: chosen.worker, what: 'the worker', option: 'worker-port' },
    { port: chosen.origin, what: "the demo's origin", option: 'origin-port' },
  ]
  for (const [index, { port, what, option }] of uses.entries()) {
    const twin = uses.slice(0, index).find((other) => other.port === port)
    if (twin)
      throw new ExplainedError(
        `Port ${port} cannot serve both ${twin.what} and ${what}: choose another with --${option}.`,
      )
    if (!(await isPortFree(port))) throw taken(port, what, option)
  }
  return chosen
}

/** @param {number} nodes @returns {Promise<Ports>} */
async function anyFreePorts(nodes) {
  const [portal = 0, worker = 0, origin = 0, ...node] = await freePorts(3 + nodes)
  return { portal, worker, origin, node }
}

/** @param {number} port @param {string} what @param {string} option */
function taken(port, what, option) {
  const variable = `FRESHET_${option.replace('-', '_').toUpperCase()}`
  return new ExplainedError(
    `Port ${port}, meant for ${what}, is in use by ${portHolder(port) ?? 'another program'}: stop that, or choose another ` +
      `port with "npm start -- --${option} <port>" or ${variable}=<port>.`,
  )
}
