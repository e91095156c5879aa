import type { Principal } from '../access/permissions.ts'
import type { Reach } from '../coherence/log-record.ts'

/** The namespaces that a credential holds, as a record carries them; null: none, so nothing that it names is in reach. */
export function reachOf({ namespaces }: Principal): Reach | null {
  if (namespaces === '*') return '*'
  return namespaces.size === 0 ? null : [...namespaces].sort()
}

export function reachHolds(reach: Reach, namespace: string): boolean {
  return reach === '*' || reach.includes(namespace)
}

/** What two reaches have in common; null: nothing. An empty list would not parse, and so end everything. */
export function commonReach(one: Reach, other: Reach): Reach | null {
  if (one === '*') return other
  if (other === '*') return one
  const held = new Set(other)
  const common = one.filter((namespace) => held.has(namespace))
  return common.length === 0 ? null : common
}
