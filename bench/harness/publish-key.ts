import { hashToken, mintToken } from '@freshet/core/access/api-key'
import { deriveKey } from '@freshet/core/access/secrets'
import { ControlDocument } from '@freshet/core/contracts/control-document'
import type { NamespacePolicy } from '@freshet/core/policy/namespace-policy'
import { createControlPublisher } from '@freshet/redis/control-publisher'
import { Redis } from 'ioredis'
import type { z } from 'zod'

/** High enough never to refuse, so that every request pays for being counted. */
export const PLENTY_PER_SECOND = 10_000_000

export type Policies = readonly z.input<typeof NamespacePolicy>[]

/**
 * Puts a control document with one API key, which may read and write everything, where nodes look for it.
 * @returns the key's token.
 */
export async function publishKey(redisUrl: string, secret: string, namespaces: Policies = []): Promise<string> {
  const { id, token } = mintToken()
  const apiKey = {
    id,
    name: 'bench',
    hash: hashToken(token, deriveKey(secret, 'api-key-hash')),
    scopes: ['read', 'write'],
    namespaces: '*',
    ratePerSecond: PLENTY_PER_SECOND,
    expiresAt: null,
    revokedAt: null,
  }
  const redis = new Redis(redisUrl)
  await createControlPublisher(redis).publish(ControlDocument.parse({ revision: 1, namespaces, apiKeys: [apiKey] }))
  await redis.quit()
  return token
}
