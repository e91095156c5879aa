import { ApiKeyRecord } from '@freshet/core/access/api-key'
import { NamespaceGrant, Scope } from '@freshet/core/access/permissions'
import { NamespaceName } from '@freshet/core/keys/cache-key'
import { z } from 'zod'
import { Reason } from './reason.ts'
import { isStorable, UNSTORABLE } from './storable.ts'

const moment = z.iso.datetime()

export const ApiKeyView = z
  .object({
    id: ApiKeyRecord.shape.id,
    name: z.string(),
    scopes: z.array(Scope),
    namespaces: NamespaceGrant,
    ratePerSecond: z.number().int().nullable(),
    status: z.enum(['active', 'expired', 'revoked']),
    expiresAt: moment.nullable(),
    revokedAt: moment.nullable(),
    lastUsedAt: moment.nullable().describe('Last use at the portal; nodes do not report theirs'),
    createdAt: moment,
    createdBy: z.string(),
    rotatedFrom: z.string().nullable(),
  })
  .meta({ id: 'ApiKey' })
export type ApiKeyView = z.infer<typeof ApiKeyView>

export const CreateApiKeyInput = z.strictObject({
  name: z.string().trim().min(1).max(128).refine(isStorable, UNSTORABLE),
  scopes: z.array(Scope).min(1),
  namespaces: z.union([z.literal('*'), z.array(NamespaceName).max(1_000)]),
  ratePerSecond: z.number().int().min(1).max(10_000_000).nullable().default(null).describe('Per node; null: unlimited'),
  expiresAt: moment.nullable().default(null),
  reason: Reason,
})
export type CreateApiKeyInput = z.infer<typeof CreateApiKeyInput>

export const RevokeApiKeyInput = z.object({ id: ApiKeyRecord.shape.id, reason: Reason })
export type RevokeApiKeyInput = z.infer<typeof RevokeApiKeyInput>

/** A day is long enough to roll a key through any fleet; a month means that nobody is rolling anything. */
export const RotateApiKeyInput = RevokeApiKeyInput.extend({
  overlapMs: z
    .number()
    .int()
    .min(0)
    .max(30 * 86_400_000)
    .default(86_400_000)
    .describe('How long the old key goes on working'),
})
export type RotateApiKeyInput = z.infer<typeof RotateApiKeyInput>

export const MintedApiKey = z.object({
  key: ApiKeyView,
  token: z.string().describe('Shown once. Only a keyed hash of it is stored'),
})
