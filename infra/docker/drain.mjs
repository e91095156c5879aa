/**
 * `node drain.mjs <seconds>`: tells the node in this container to leave the ring, then waits until the others have learned
 * of it. Kubernetes runs it before it stops a pod (preStop); what SIGTERM does comes after.
 *
 * It speaks as the installation does to itself: the token follows from FRESHET_SECRET, which the container has anyway, so
 * that no further credential must be made, given to it and rotated. The node is asked under its own name, which its
 * certificate holds. Whatever goes wrong, the process is stopped next: a failure is told, and the wait is kept.
 */
import { createHmac, hkdfSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { setTimeout } from 'node:timers/promises'

const ASK_WITHIN_MS = 3_000

const { FRESHET_SECRET = '', FRESHET_NODE_ID = '', FRESHET_NODE_URL = 'http://127.0.0.1:9400' } = process.env
const key = Buffer.from(hkdfSync('sha256', FRESHET_SECRET, 'freshet', 'node-to-node', 32))
const token = `fi_${createHmac('sha256', key).update('freshet internal v1').digest('base64url')}`

/** @returns {Promise<number>} the status of the answer */
function askToDrain() {
  const url = new URL(`/api/nodes/${encodeURIComponent(FRESHET_NODE_ID)}/drain`, FRESHET_NODE_URL)
  const read = (/** @type {string} */ name) => {
    const file = process.env[name]
    return file === undefined ? undefined : readFileSync(file)
  }
  const certificates = {
    ca: read('FRESHET_TLS_CA_FILE'),
    cert: read('FRESHET_TLS_CERT_FILE'),
    key: read('FRESHET_TLS_KEY_FILE'),
  }
  const options = {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-length': 0 },
    signal: AbortSignal.timeout(ASK_WITHIN_MS),
  }
  return new Promise((resolve, reject) => {
    const sent =
      url.protocol === 'https:' ? requestHttps(url, { ...options, ...certificates }) : requestHttp(url, options)
    sent.once('response', (response) => resolve(response.resume().statusCode ?? 0))
    sent.once('error', reject)
    sent.end()
  })
}

const seconds = Number(process.argv[2])
try {
  if (!Number.isFinite(seconds) || seconds < 0) throw new TypeError(`seconds to wait, not "${process.argv[2]}"`)
  const status = await askToDrain()
  if (status >= 300) throw new Error(`the node answered ${status}`)
} catch (error) {
  process.stderr.write(`drain: ${error instanceof Error ? error.message : error}\n`)
  process.exitCode = 1
}
await setTimeout((seconds || 0) * 1_000)
