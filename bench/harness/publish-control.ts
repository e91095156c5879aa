import { hashToken, mintToken } from '@freshet/core/access/api-key'
import { deriveKey } from '@freshet/core/access/secrets'
import { ControlDocument } from '@freshet/core/contracts/control-document'
import { NamespacePolicy } from '@freshet/core/policy/namespace-policy'
import type { OriginConfig } from '@freshet/core/policy/origin-config'
import { createControlPublisher } from '@freshet/redis/control-publisher'
import { Redis } from 'ioredis'

/** High enough never to refuse, so that every request pays for being counted. */
export const PLENTY_PER_SECOND = 10_000_000

/** What a benchmark says of a namespace; the rest is default. */
export type Policy = Partial<Omit<NamespacePolicy, 'origin'>> & {
  name: string
  origin?: Partial<OriginConfig> & { url: string }
}

/**
 * Puts a control document with these policies and one API key of every scope where nodes look for it.
 * @returns the key's token.
 */
export async function publishControl(
  redisUrl: string,
  secret: string,
  policies: readonly Policy[] = [],
): Promise<string> {
  const { id, token } = mintToken()
  const apiKey = {
    id,
    name: 'bench',
    hash: hashToken(token, deriveKey(secret, 'api-key-hash')),
    scopes: ['admin'],
    namespaces: '*',
    ratePerSecond: PLENTY_PER_SECOND,
    expiresAt: null,
    revokedAt: null,
  }
  const redis = new Redis(redisUrl)
  const namespaces = policies.map((policy) => NamespacePolicy.parse(policy))
  await createControlPublisher(redis).publish(ControlDocument.parse({ revision: 1, namespaces, apiKeys: [apiKey] }))
  await redis.quit()
  return token
}
