import type { LogMembers, MemberTable } from '@freshet/core/coherence/log'

/**
 * Shows the log's members to everybody who wants to see them, every so often; returns what ends that. A look that fails is
 * left out: the next one comes soon, and the polls of the log say that Redis is away.
 */
export function watchMembers(
  log: Pick<LogMembers, 'members'>,
  everyMs: number,
  ...observers: { see(table: MemberTable): void }[]
): () => void {
  const timer = setInterval(() => {
    log.members().then(
      (table) => {
        for (const observer of observers) observer.see(table)
      },
      () => {},
    )
  }, everyMs)
  return () => clearInterval(timer)
}
