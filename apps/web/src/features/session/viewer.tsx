'use client'
import {
  hasScope,
  type NamespaceGrant,
  principalOf,
  type Role,
  reachesNamespace,
  type Scope,
  scopesOfRole,
} from '@freshet/core/access/permissions'
import { createContext, type ReactNode, use } from 'react'

export type Environment = 'development' | 'staging' | 'production'

/** Who is signed in and where, as the server told the page. */
export interface Viewer {
  id: string
  email: string
  name: string
  role: Role
  namespaces: NamespaceGrant
  environment: Environment
}

const ViewerContext = createContext<Viewer | null>(null)

export function ViewerProvider({ viewer, children }: { viewer: Viewer; children: ReactNode }) {
  return <ViewerContext value={viewer}>{children}</ViewerContext>
}

export function useViewer(): Viewer {
  const viewer = use(ViewerContext)
  if (!viewer) throw new Error('useViewer outside of the portal layout')
  return viewer
}

/**
 * Whether to offer an act. By the same rules that the procedures enforce; hiding a button protects nothing, it only
 * spares people a refusal.
 */
export function useMay(scope: Scope, namespace: string | '*'): boolean {
  const viewer = useViewer()
  const principal = principalOf(
    { kind: 'user', id: viewer.id, name: viewer.name },
    scopesOfRole[viewer.role],
    viewer.namespaces,
  )
  if (!hasScope(principal, scope)) return false
  return namespace === '*' ? principal.namespaces === '*' : reachesNamespace(principal, namespace)
}
