import net from 'node:net'

/**
 * @param {number} port
 * @param {string} [password]
 * @returns {Promise<boolean>} whether a Redis there answers PING (not while it still loads its data).
 */
export function pingRedis(port, password) {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1', () => {
      socket.write(`${password ? `AUTH ${password}\r\n` : ''}PING\r\n`)
    })
    let reply = ''
    socket.setTimeout(1000, () => settle(false))
    socket.on('data', (chunk) => {
      reply += chunk
      if (reply.includes('+PONG\r\n')) settle(true)
      else if (/^-/m.test(reply)) settle(false)
    })
    socket.on('error', () => settle(false))
    socket.on('close', () => resolve(false))
    const settle = (/** @type {boolean} */ answer) => {
      resolve(answer)
      socket.destroy()
    }
  })
}
