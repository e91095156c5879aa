import { AppError } from '@freshet/core/errors/app-error'

/** Why a node cannot answer for a key. */
export type Unavailable =
  | 'unreachable'
  | 'silent'
  | 'overdue'
  | 'unreadable'
  | 'refused'
  | 'behind'
  | 'not_coherent'
  | 'another_node'

/** The asker goes to the next node, or sees for itself. `state` says why, for whoever reads logs. */
export function unavailable(state: Unavailable, detail: string, cause?: unknown): AppError {
  return new AppError('peer_unavailable', detail, { state }, cause === undefined ? undefined : { cause })
}
