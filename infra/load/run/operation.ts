export const OPERATIONS = ['read', 'write', 'invalidate'] as const
export type Operation = (typeof OPERATIONS)[number]

/** An operation by its share: `at` is 0 to 1. */
export function operationAt(mix: Readonly<Record<Operation, number>>, at: number): Operation {
  let sum = 0
  for (const operation of OPERATIONS) {
    sum += mix[operation]
    if (at < sum) return operation
  }
  // Shares that do not quite add up to 1 in binary.
  return OPERATIONS.findLast((operation) => mix[operation] > 0) ?? 'read'
}
