import { z } from 'zod'

/** The installation's one secret, at the boundary: every process has the same, and all other keys derive from it. */
export const InstallationSecret = z
  .string()
  .min(32, 'at least 32 characters, e.g. from openssl rand -base64 32; every process of an installation has the same')

/** Stands in this repository (infra/compose/development.env), so everybody has it. */
const PUBLISHED = 'development-only-secret-that-everybody-can-read'

/**
 * Throws when a production process was given the secret that this repository publishes, or one that somebody typed with
 * the keyboard lying on it (fewer than 10 different characters).
 */
export function requireOwnSecret(environment: 'development' | 'staging' | 'production', secret: string): void {
  if (environment !== 'production') return
  if (secret === PUBLISHED || new Set(secret).size < 10)
    throw new Error(
      "secret_published: FRESHET_SECRET is the demo's or no secret at all: make one, e.g. with openssl rand -base64 32",
    )
}
