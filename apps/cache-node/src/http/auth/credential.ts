import type { ApiKeyRecord } from '@freshet/core/access/api-key'
import type { Principal } from '@freshet/core/access/permissions'
import type { CredentialRates } from './rate-limits.ts'

/** A credential that was verified once, kept so that the next request pays a Map lookup and two comparisons. */
export interface Credential {
  readonly principal: Principal
  /** One of Freshet's own processes (access/internal-token.ts), whatever a principal calls itself. */
  readonly internal: boolean
  /** It must be verified again after this; epoch ms by this machine's wall clock, infinite for one without end. */
  readonly recheckAtMs: number
  /** Its own end. Until then it goes on even if it cannot be verified again because its issuer is away. */
  readonly endsAtMs: number
  /**
   * The map of API keys it was verified against; null when it does not depend on it. A new control document brings a new
   * map, so one comparison of identity finds every revocation.
   */
  readonly verifiedAgainst: ReadonlyMap<string, ApiKeyRecord> | null
  /** What it has used of its rates; null: no limit concerns it. */
  readonly rates: CredentialRates | null
}

/** Whether it may still be used without being verified again. */
export function stillStands(
  credential: Credential,
  apiKeys: ReadonlyMap<string, ApiKeyRecord> | null,
  nowMs: number,
): boolean {
  return (
    nowMs < credential.recheckAtMs && (credential.verifiedAgainst === null || credential.verifiedAgainst === apiKeys)
  )
}
