/**
 * Container health check: `node healthcheck.mjs <port> <path> [variable]` exits 0 when this container answers 2xx within
 * two seconds; over TLS where that variable is set. A slim image has neither curl nor wget, and needs neither.
 */
import { get as getHttp } from 'node:http'
import { get as getHttps } from 'node:https'

const [port, path, encryptedBy = ''] = process.argv.slice(2)
const options = { host: '127.0.0.1', port, path, signal: AbortSignal.timeout(2_000) }
// Whether it lives is the question, and who it is none: its certificate is for the name by which others know it.
const asked = process.env[encryptedBy] ? getHttps({ ...options, rejectUnauthorized: false }) : getHttp(options)

asked.once('response', ({ statusCode = 0 }) => {
  process.exitCode = statusCode >= 200 && statusCode < 300 ? 0 : 1
  asked.destroy()
})
asked.once('error', (error) => {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
})
