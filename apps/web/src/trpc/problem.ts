import type { AppRouter } from '@freshet/api/root'
import { TRPCClientError } from '@trpc/client'

/** The problem document that a procedure answered with; null when the portal was not reached at all. */
export function problemOf(error: unknown) {
  return error instanceof TRPCClientError ? ((error as TRPCClientError<AppRouter>).data ?? null) : null
}

/** A sentence for people. An unreachable portal is said plainly instead of "Failed to fetch". */
export function reasonOf(error: unknown): string {
  return problemOf(error)?.detail ?? 'The portal could not be reached. Check the connection and try again.'
}
