import { z } from 'zod'

/** `refuse`: the process does not start. `warn` and `info` are logged, and shown by `/health`. */
export type FindingLevel = 'refuse' | 'warn' | 'info'

interface FindingRule {
  /** With FRESHET_ENV=production, and elsewhere. */
  production: FindingLevel
  elsewhere: FindingLevel
}

/**
 * What a start-up check can find, and how bad that is. `docs/production-checklist.md` has a line for each, under its code.
 * What breaks a promise of coherence, loses what was accepted or opens a door is refused in production.
 */
export const findingRules = {
  secret_published: { production: 'refuse', elsewhere: 'info' },
  demo_in_production: { production: 'refuse', elsewhere: 'info' },
  portal_without_tls: { production: 'refuse', elsewhere: 'info' },
  node_without_tls: { production: 'warn', elsewhere: 'info' },
  redis_without_tls: { production: 'warn', elsewhere: 'info' },
  redis_without_password: { production: 'warn', elsewhere: 'info' },
  redis_unreadable: { production: 'warn', elsewhere: 'warn' },
  config_unreadable: { production: 'warn', elsewhere: 'info' },
  redis_too_old: { production: 'refuse', elsewhere: 'refuse' },
  clock_skew: { production: 'warn', elsewhere: 'warn' },
  log_evicts: { production: 'refuse', elsewhere: 'warn' },
  log_not_persistent: { production: 'refuse', elsewhere: 'info' },
  log_never_synced: { production: 'warn', elsewhere: 'info' },
  primary_unfenced: { production: 'refuse', elsewhere: 'warn' },
  replicas_unfenced: { production: 'warn', elsewhere: 'warn' },
  fence_partial: { production: 'warn', elsewhere: 'warn' },
  fence_short: { production: 'refuse', elsewhere: 'warn' },
  wait_short: { production: 'warn', elsewhere: 'warn' },
  wait_impossible: { production: 'warn', elsewhere: 'warn' },
  replica_lag_long: { production: 'warn', elsewhere: 'info' },
  backlog_expires: { production: 'warn', elsewhere: 'info' },
  cluster_full_coverage: { production: 'warn', elsewhere: 'info' },
  l2_shares_server: { production: 'warn', elsewhere: 'info' },
  l2_without_limit: { production: 'warn', elsewhere: 'info' },
  lease_differs: { production: 'warn', elsewhere: 'warn' },
} as const satisfies Record<string, FindingRule>

export type FindingCode = keyof typeof findingRules

export const FINDING_CODES = Object.keys(findingRules).filter(isFindingCode)

/** What was seen, before anybody says how bad it is. */
export interface Observation {
  code: FindingCode
  /** What is so, with the figures. */
  message: string
  /** What to do about it. */
  remedy: string
}

export interface Finding extends Observation {
  level: FindingLevel
}

export type Environment = 'development' | 'staging' | 'production'

/** @param accepted codes that the operator has read and lives with: they are told and change nothing. */
export function rate(observation: Observation, environment: Environment, accepted: ReadonlySet<string>): Finding {
  const { production, elsewhere } = findingRules[observation.code]
  const level = environment === 'production' ? production : elsewhere
  return { ...observation, level: accepted.has(observation.code) ? 'info' : level }
}

function isFindingCode(text: string): text is FindingCode {
  return Object.hasOwn(findingRules, text)
}

/** A setting: codes separated by commas. */
export const AcceptedFindings = z
  .string()
  .default('')
  .transform((text) => text.split(',').flatMap((part) => part.trim() || []))
  .refine((codes) => codes.every(isFindingCode), 'names a finding that docs/production-checklist.md does not have')
  .transform((codes): ReadonlySet<string> => new Set(codes))
