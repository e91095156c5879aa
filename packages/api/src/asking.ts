import type { Principal } from '@freshet/core/access/permissions'
import type { Caller } from '@freshet/db/audit/author'

/** Who asks, in which request, from where: what a service checks, and what the audit keeps of it. A context is one. */
export interface Asking {
  principal: Principal
  requestId: string
  /** The client's network address as the trusted proxy gives it; null: nobody said. */
  from: string | null
}

/** The author of what a request changes. `reason` is what the caller said. */
export function authorOf({ principal, requestId, from }: Asking, reason?: string): Caller {
  const { kind, id, name } = principal
  return { actor: `${kind}:${id}`, name, requestId, from: from ?? undefined, reason }
}
