import net from 'node:net'

/** @returns {Promise<number>} a TCP port of 127.0.0.1 that was free a moment ago. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = net.createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = /** @type {net.AddressInfo} */ (server.address())
      server.close(() => resolve(port))
    })
  })
}

/** @param {number} count @returns {Promise<number[]>} that many different free ports. */
export async function freePorts(count) {
  /** @type {Set<number>} */
  const ports = new Set()
  while (ports.size < count) ports.add(await freePort())
  return [...ports]
}

/**
 * @param {number} port
 * @param {string} [host]
 * @returns {Promise<boolean>} whether a server of ours could listen there now.
 */
export async function isPortFree(port, host = '127.0.0.1') {
  // Binding alone is no proof: on macOS a loopback bind succeeds beside somebody's wildcard listener, and would shadow it.
  return !(await accepts(port)) && (await binds(port, host))
}

/** @param {number} port @param {string} [host] @returns {Promise<boolean>} whether anybody accepts connections there. */
export function accepts(port, host = '127.0.0.1') {
  return new Promise((resolve) => {
    const socket = net.connect(port, host)
    socket.setTimeout(5_000, () => socket.destroy(new Error('no answer')))
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

/** @param {number} port @param {string} host @returns {Promise<boolean>} */
function binds(port, host) {
  return new Promise((resolve) => {
    const server = net.createServer().once('error', () => resolve(false))
    server.listen(port, host, () => server.close(() => resolve(true)))
  })
}
