import type { Scope } from '@freshet/core/access/permissions'

/**
 * Who may call a procedure. The builders of trpc.ts both write this and enforce it, so what the document and the RBAC
 * matrix read is what happens.
 */
export type Access =
  /** Any person with a session. */
  | { reach: 'person' }
  /** The scope on any namespace; what is shown is cut down to the caller's own. */
  | { reach: 'own'; scope: Scope }
  /** The scope on the namespace that the input's `name` says. */
  | { reach: 'named'; scope: Scope }
  /** The scope on each namespace that the input's `reach` says; `admin` on all of them when it says all. */
  | { reach: 'given'; scope: Scope }
  /** The scope on every namespace. */
  | { reach: 'all'; scope: Scope }

/** A procedure's REST form. Path parameters in braces, the query (GET, DELETE) and the JSON body make up its input. */
export interface RestRoute {
  method: 'GET' | 'PUT' | 'POST' | 'DELETE'
  path: `/api/${string}`
  tag: string
  summary: string
  description?: string
  /** Of a success; 200 unless said otherwise. */
  status?: 201
}

export interface ProcedureMeta {
  access?: Access
  rest?: RestRoute
}
