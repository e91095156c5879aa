import { findKeyRecordFault, readTokenId, tokenMatches } from '@freshet/core/access/api-key'
import { type Principal, principalOf } from '@freshet/core/access/permissions'
import type { Clock } from '@freshet/core/clock'
import { AppError } from '@freshet/core/errors/app-error'
import type { Db } from '@freshet/db/client'
import { findApiKey, touchApiKey } from '@freshet/db/queries/api-keys'
import type { Log } from '../log.ts'

/** A key's last use is written at most this often. */
const TOUCH_EVERY_MS = 60_000

/**
 * The principal of an API key. Rejects with `unauthenticated`, `credential_revoked` or `credential_expired`; a key of
 * unknown id and a wrong secret are told apart by nothing.
 */
export type AuthenticateKey = (token: string) => Promise<Principal>

export function createAuthenticateKey(db: Db, pepper: Buffer, clock: Clock, log: Log): AuthenticateKey {
  return async (token) => {
    const id = readTokenId(token)
    const stored = id === null ? null : await findApiKey(db, id)
    if (!stored || !tokenMatches(token, stored.record, pepper))
      throw new AppError('unauthenticated', 'This is no API key of this installation')
    const { record, lastUsedAt } = stored
    const nowMs = clock.wallMs()
    const fault = findKeyRecordFault(record, nowMs)
    if (fault) throw new AppError(`credential_${fault}`, `The API key "${record.name}" is ${fault}`)
    if (nowMs - (lastUsedAt?.getTime() ?? 0) > TOUCH_EVERY_MS)
      touchApiKey(db, record.id, new Date(nowMs)).catch((err: unknown) => log.warn({ err }, 'last use not noted'))
    return principalOf({ kind: 'key', id: record.id, name: `key ${record.name}` }, record.scopes, record.namespaces)
  }
}
