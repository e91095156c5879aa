import net from 'node:net'

/**
 * @param {number} port
 * @param {string} [password]
 * @returns {Promise<number | null>} the process id of the Redis that answers there (in a container, its id there); null
 * when none does, or none yet: it may still be loading its data.
 */
export function redisProcessId(port, password) {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1', () => {
      socket.write(`${password ? `AUTH ${password}\r\n` : ''}INFO server\r\n`)
    })
    let reply = ''
    socket.setTimeout(1000, () => settle(null))
    socket.on('data', (chunk) => {
      reply += chunk
      const id = /^process_id:(\d+)\r$/m.exec(reply)?.[1]
      if (id) settle(Number(id))
      else if (/^-/m.test(reply)) settle(null)
    })
    socket.on('error', () => settle(null))
    socket.on('close', () => resolve(null))
    const settle = (/** @type {number | null} */ answer) => {
      resolve(answer)
      socket.destroy()
    }
  })
}
