import type { RouteConfig } from '@asteasolutions/zod-to-openapi'
import type { Scope } from '@freshet/core/access/permissions'

/** One operation of the document; PURGE is no method that OpenAPI 3.1 knows and is kept apart by the document. */
export type Operation = Omit<RouteConfig, 'method'> & { method: RouteConfig['method'] | 'purge' }

/** `security` of a route that needs a credential with this scope. */
export function needs(scope: Scope | null): { bearer: string[] }[] {
  return [{ bearer: scope === null ? [] : [scope] }]
}

/** `security` of a route that needs no credential. */
export const OPEN: { bearer: string[] }[] = []
