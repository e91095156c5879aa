import type { Violation } from '../oracle/oracle.ts'

/** A violation with all that explains it, as lines. */
export function describeViolation({ what, history, nodes }: Violation): string[] {
  return [`VIOLATION ${what}`, ...history.map((event) => `    ${event}`), ...nodes.map((node) => `  ${node}`)]
}
