import { formatBytes, formatSpan } from '~/lib/figures'
import type { QuantityKind } from '~/lib/quantity'
import { isQuantityPath, quantityFields } from './policy-fields'

/** A quantity for reading, in its own units. */
export function formatQuantity(value: number, kind: QuantityKind): string {
  switch (kind) {
    case 'duration':
      return formatSpan(value)
    case 'bytes':
      return formatBytes(value)
    case 'share':
      return `${Number((value * 100).toFixed(2))} %`
    case 'count':
      return value.toLocaleString('en-US')
  }
}

/** A policy's value at a path, for reading. */
export function formatPolicyValue(path: string, value: unknown): string {
  if (value === null || value === undefined) return 'none'
  if (typeof value === 'number' && isQuantityPath(path)) return formatQuantity(value, quantityFields[path].kind)
  return typeof value === 'string' ? value : JSON.stringify(value)
}
