import { type ApiKeyRecord, findKeyRecordFault, hashToken, mintToken } from '@freshet/core/access/api-key'
import type { Clock } from '@freshet/core/clock'
import { AppError } from '@freshet/core/errors/app-error'
import type { Author } from '@freshet/db/audit/author'
import type { Db, DbOrTx } from '@freshet/db/client'
import { endApiKey, findApiKey, insertApiKey, listApiKeys, type StoredApiKey } from '@freshet/db/queries/api-keys'
import { changeControl } from '@freshet/db/queries/control-revision'
import { type Asking, authorOf } from '../asking.ts'
import type { ApiKeyView, CreateApiKeyInput, RevokeApiKeyInput, RotateApiKeyInput } from '../schemas/api-keys.ts'
import type { Propagation } from '../schemas/namespaces.ts'
import type { PublishControl } from './control-publication.ts'

export interface Minted {
  key: ApiKeyView
  /** Shown once. */
  token: string
  propagation: Propagation
}

export interface ApiKeyService {
  list(): Promise<ApiKeyView[]>
  create(asking: Asking, input: CreateApiKeyInput): Promise<Minted>
  /** Revoking a revoked key changes nothing. */
  revoke(asking: Asking, input: RevokeApiKeyInput): Promise<{ key: ApiKeyView; propagation: Propagation }>
  /** A key with the same rights; the old one ends after the overlap, or when it would have ended anyway. */
  rotate(asking: Asking, input: RotateApiKeyInput): Promise<Minted>
}

type Rights = Pick<ApiKeyRecord, 'name' | 'scopes' | 'namespaces' | 'ratePerSecond' | 'expiresAt'>

export function createApiKeyService(db: Db, pepper: Buffer, publish: PublishControl, clock: Clock): ApiKeyService {
  const toView = (stored: StoredApiKey): ApiKeyView => describeKey(stored, clock.wallMs())

  async function mint(tx: DbOrTx, rights: Rights, createdBy: Author, rotatedFrom: string | null) {
    const { id, token } = mintToken()
    const { name, scopes, namespaces, ratePerSecond, expiresAt } = rights
    const record = { id, name, scopes, namespaces, ratePerSecond, expiresAt, revokedAt: null }
    const stored = await insertApiKey(tx, { ...record, hash: hashToken(token, pepper) }, { createdBy, rotatedFrom })
    return { key: toView(stored), token }
  }

  return {
    async list() {
      return (await listApiKeys(db)).map(toView)
    },

    async create(asking, { reason, ...input }) {
      const expiresAt = input.expiresAt === null ? null : Date.parse(input.expiresAt)
      if (expiresAt !== null && expiresAt <= clock.wallMs())
        throw new AppError('invalid', 'expiresAt: this moment has passed', { field: 'expiresAt' })
      const minted = await changeControl(db, (tx) => mint(tx, { ...input, expiresAt }, authorOf(asking, reason), null))
      return { ...minted, propagation: await publish() }
    },

    async revoke(asking, { id, reason }) {
      const stored = await changeControl(db, async (tx) => {
        const { record } = await findOrThrow(tx, id)
        return endApiKey(tx, id, { revokedAt: record.revokedAt ?? clock.wallMs() }, authorOf(asking, reason))
      })
      return { key: toView(stored), propagation: await publish() }
    },

    async rotate(asking, { id, overlapMs, reason }) {
      const author = authorOf(asking, reason)
      const minted = await changeControl(db, async (tx) => {
        const { record } = await findOrThrow(tx, id)
        const nowMs = clock.wallMs()
        const fault = findKeyRecordFault(record, nowMs)
        if (fault)
          throw new AppError('conflict', `This key is ${fault}; create a new one`, { field: 'id', state: fault })
        await endApiKey(tx, id, { expiresAt: Math.min(record.expiresAt ?? Infinity, nowMs + overlapMs) }, author)
        return mint(tx, record, author, id)
      })
      return { ...minted, propagation: await publish() }
    },
  }
}

async function findOrThrow(tx: DbOrTx, id: string): Promise<StoredApiKey> {
  const stored = await findApiKey(tx, id)
  if (!stored) throw new AppError('not_found', `There is no API key "${id}"`, { field: 'id' })
  return stored
}

/** A key for people: no hash, times in ISO 8601. */
function describeKey(
  { record, createdBy, createdAt, lastUsedAt, rotatedFrom }: StoredApiKey,
  nowMs: number,
): ApiKeyView {
  const { id, name, scopes, namespaces, ratePerSecond, expiresAt, revokedAt } = record
  return {
    ...{ id, name, scopes, namespaces, ratePerSecond, rotatedFrom, createdBy },
    status: findKeyRecordFault(record, nowMs) ?? 'active',
    expiresAt: expiresAt === null ? null : new Date(expiresAt).toISOString(),
    revokedAt: revokedAt === null ? null : new Date(revokedAt).toISOString(),
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
    createdAt: createdAt.toISOString(),
  }
}
