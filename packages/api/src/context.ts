import { randomUUID } from 'node:crypto'
import type { Principal } from '@freshet/core/access/permissions'
import type { AppError } from '@freshet/core/errors/app-error'
import type { PortalUser } from './portal-user.ts'
import type { Services } from './services/services.ts'

/** What every procedure is given. */
export interface Context {
  services: Services
  /** Who asks; null: nobody that we know. */
  principal: Principal | null
  /** Set when the principal is a person with a session. */
  user: PortalUser | null
  /** Why a credential that was sent is no good; procedures answer with it. */
  refusal: AppError | null
  requestId: string
  /** The client's network address as the trusted proxy gives it; null: nobody said. */
  from: string | null
}

export interface ContextOptions {
  services: Services
  principal?: Principal | null
  user?: PortalUser | null
  refusal?: AppError | null
  requestId?: string
  from?: string | null
}

export function createContext({
  services,
  principal = null,
  user = null,
  refusal = null,
  requestId = randomUUID(),
  from = null,
}: ContextOptions): Context {
  return { services, principal, user, refusal, requestId, from }
}
