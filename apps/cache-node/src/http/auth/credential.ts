import type { ApiKeyRecord } from '@freshet/core/access/api-key'
import type { Principal } from '@freshet/core/access/permissions'
import type { TokenBucket } from '@freshet/core/limits/token-bucket'

/** A credential that was verified once, kept so that the next request pays a Map lookup and two comparisons. */
export interface Credential {
  readonly principal: Principal
  /** Epoch ms after which it must be verified again, by this machine's wall clock; infinite for one without end. */
  readonly expiresAtMs: number
  /**
   * The map of API keys it was verified against; null when it does not depend on it. A new control document brings a new
   * map, so one comparison of identity finds every revocation.
   */
  readonly verifiedAgainst: ReadonlyMap<string, ApiKeyRecord> | null
  /** The key's own rate; null: unlimited. Shared by all credentials of the same key. */
  readonly bucket: TokenBucket | null
}

/** Whether it may still be used without being verified again. */
export function stillStands(
  credential: Credential,
  apiKeys: ReadonlyMap<string, ApiKeyRecord>,
  nowMs: number,
): boolean {
  return (
    nowMs < credential.expiresAtMs && (credential.verifiedAgainst === null || credential.verifiedAgainst === apiKeys)
  )
}
