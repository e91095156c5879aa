import { portHolder } from '../processes/port-holder.mjs'
import { freePorts, isPortFree } from '../processes/ports.mjs'
import { ExplainedError } from '../terminal/explained-error.mjs'
import { PORT_VARIABLES } from './options.mjs'

/** @typedef {{ node: number[], portal: number, worker: number, origin: number }} Ports */
/** @typedef {'node' | 'portal' | 'worker' | 'origin'} Role */

/**
 * @param {import('./options.mjs').Options} options
 * @returns {Promise<Ports>} ports that are free now.
 * @throws {ExplainedError} naming the port that is not, who holds it, and how to choose another.
 */
export async function choosePorts({ nodes, ports, freePorts: anyFree }) {
  if (anyFree) return anyFreePorts(nodes)
  const chosen = { ...ports, node: Array.from({ length: nodes }, (_, index) => ports.node + index) }
  const uses = [
    ...chosen.node.map((port, index) => ({
      port,
      what: `cache-node ${index + 1}`,
      role: /** @type {const} */ ('node'),
    })),
    { port: chosen.portal, what: 'the portal', role: /** @type {const} */ ('portal') },
    { port: chosen.worker, what: 'the worker', role: /** @type {const} */ ('worker') },
    { port: chosen.origin, what: "the demo's origin", role: /** @type {const} */ ('origin') },
  ]
  for (const [index, { port, what, role }] of uses.entries()) {
    const twin = uses.slice(0, index).find((other) => other.port === port)
    if (twin)
      throw new ExplainedError(
        `Port ${port} cannot serve both ${twin.what} and ${what}: choose another with --${role}-port.`,
      )
    if (!(await isPortFree(port))) throw taken(port, what, role)
  }
  return chosen
}

/** @param {number} nodes @returns {Promise<Ports>} */
async function anyFreePorts(nodes) {
  const [portal = 0, worker = 0, origin = 0, ...node] = await freePorts(3 + nodes)
  return { portal, worker, origin, node }
}

/** @param {number} port @param {string} what @param {Role} role */
function taken(port, what, role) {
  return new ExplainedError(
    `Port ${port}, meant for ${what}, is in use by ${portHolder(port) ?? 'another program'}: stop that, or choose another ` +
      `port with "npm start -- --${role}-port <port>" or ${PORT_VARIABLES[role]}=<port>.`,
  )
}
