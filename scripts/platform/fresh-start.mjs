import { rmSync } from 'node:fs'
import path from 'node:path'
import { systemPlaceFor } from '../provision/postgres-place.mjs'

/**
 * Deletes what earlier starts left, by name: a data directory may hold files of the user's own. Fetched tools stay, they
 * hold no data.
 * @param {string} dataDir
 * @param {boolean} keepSecrets whether a server of the user's holds data sealed with them.
 */
export function deleteData(dataDir, keepSecrets) {
  const ours = ['postgres', 'postgres.init', 'redis', 'logs', 'demo.json', ...(keepSecrets ? [] : ['secrets.json'])]
  const places = [...ours.map((name) => path.join(dataDir, name)), path.join(systemPlaceFor(dataDir), 'postgres')]
  for (const place of places) rmSync(place, { recursive: true, force: true })
}
