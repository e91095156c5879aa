import { httpRequest } from '../../harness/http-request.ts'
import type { FigureStage } from '../stage/figure-stage.ts'

type Who = Pick<FigureStage, 'catalogue' | 'installation'>

const DIFFERENT = 10_000

/** A read of each row, for the load generator. */
export function readRequests({ catalogue, installation }: Who): Buffer[] {
  const headers = { Authorization: installation.authorization }
  return Array.from({ length: catalogue.rows }, (_, row) =>
    httpRequest('GET', `/api/cache/${catalogue.key(row)}`, headers),
  )
}

/** Invalidations of one key each, for the load generator: names that no row has. */
export function invalidationRequests({ catalogue, installation }: Who): Buffer[] {
  const headers = { Authorization: installation.authorization, 'Content-Type': 'application/json' }
  return Array.from({ length: DIFFERENT }, (_, n) => {
    const wish = { keys: [catalogue.beyond(n)], wait: 'none' }
    return httpRequest('POST', '/api/invalidate', headers, Buffer.from(JSON.stringify(wish)))
  })
}
