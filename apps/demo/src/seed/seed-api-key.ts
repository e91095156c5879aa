import {
  type ApiKeyRecord,
  findKeyRecordFault,
  hashToken,
  mintToken,
  readTokenId,
  tokenMatches,
} from '@freshet/core/access/api-key'
import { SCOPES } from '@freshet/core/access/permissions'
import { deriveKey } from '@freshet/core/access/secrets'
import type { Db } from '@freshet/db/client'
import { endApiKey, findApiKey, insertApiKey, listApiKeys } from '@freshet/db/queries/api-keys'
import { changeControl } from '@freshet/db/queries/control-revision'
import { DEMO_ACTOR } from './actor.ts'

/**
 * Makes sure that the demo has an API key and returns its token: the one given if it is good or can be made good, else
 * a new one. Older keys of the demo are revoked, so that restarts do not pile them up.
 */
export async function seedApiKey(db: Db, secret: string, given: string | undefined): Promise<string> {
  const pepper = deriveKey(secret, 'api-key-hash')
  const givenId = given === undefined ? null : readTokenId(given)
  const stored = givenId === null ? null : await findApiKey(db, givenId)
  if (given !== undefined && stored && isUsable(stored.record, given, pepper)) return given
  // An id that is taken by a key of another secret, or of one that was ended, cannot be used again.
  const { id, token } = given !== undefined && givenId !== null && !stored ? { id: givenId, token: given } : mintToken()

  const older = (await listApiKeys(db)).filter((key) => key.createdBy === DEMO_ACTOR && key.record.revokedAt === null)
  const record: ApiKeyRecord = {
    id,
    name: 'Demo',
    hash: hashToken(token, pepper),
    scopes: [...SCOPES],
    namespaces: '*',
    ratePerSecond: null,
    expiresAt: null,
    revokedAt: null,
  }
  await changeControl(db, async (tx) => {
    for (const key of older) await endApiKey(tx, key.record.id, { revokedAt: Date.now() }, DEMO_ACTOR)
    await insertApiKey(tx, record, { createdBy: DEMO_ACTOR })
  })
  return token
}

function isUsable(record: ApiKeyRecord, token: string, pepper: Buffer): boolean {
  return tokenMatches(token, record, pepper) && findKeyRecordFault(record, Date.now()) === null
}
