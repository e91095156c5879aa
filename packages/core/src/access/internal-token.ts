import { createHmac } from 'node:crypto'

/**
 * The bearer token by which Freshet's own processes (portal, worker, peers) speak to nodes. `key` is the key derived
 * for `node-to-node`; every process that holds the installation's secret computes the same token.
 */
export function internalToken(key: Buffer): string {
  return `fi_${createHmac('sha256', key).update('freshet internal v1').digest('base64url')}`
}
