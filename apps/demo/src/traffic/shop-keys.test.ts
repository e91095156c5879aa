import { findKeyFault, namespaceOf } from '@freshet/core/keys/cache-key'
import { describe, expect, it } from 'vitest'
import { familyAt, keyFamilies, keyOfTraceId } from './shop-keys.ts'
import { zipfKeys } from './zipf-keys.ts'

it('names keys that a cache takes, each of them once', () => {
  const keys = keyFamilies.flatMap(({ count, keyOf }) => Array.from({ length: count }, (_, i) => keyOf(i + 1)))
  expect(keys.filter((key) => findKeyFault(key) !== null || key.includes('undefined'))).toEqual([])
  expect(new Set(keys).size).toBe(keys.length)
})

it('reaches each family by its share', () => {
  expect(namespaceOf(familyAt(0).keyOf(1))).toBe('products')
  expect(namespaceOf(familyAt(0.459).keyOf(1))).toBe('products')
  expect(namespaceOf(familyAt(0.461).keyOf(1))).toBe('reviews')
  expect(namespaceOf(familyAt(0.999).keyOf(1))).toBe('search')
})

describe('the key of a trace id', () => {
  const ids = Array.from({ length: 20_000 }, (_, i) => i)

  it('is the same each time', () => {
    expect(ids.slice(0, 50).map(keyOfTraceId)).toEqual(ids.slice(0, 50).map(keyOfTraceId))
  })

  it('spreads neighbouring ids over all families by their shares', () => {
    const keys = ids.map(keyOfTraceId)
    for (const { weight, keyOf } of keyFamilies) {
      const namespace = namespaceOf(keyOf(1))
      const share = keys.filter((key) => namespaceOf(key) === namespace).length / keys.length
      expect(share).toBeGreaterThan((weight / 100) * 0.9)
      expect(share).toBeLessThan((weight / 100) * 1.1)
    }
    // 9,200 ids over 3,000 products: by chance alone some 140 are never named.
    expect(new Set(keys.filter((key) => key.startsWith('products:'))).size).toBeGreaterThan(2_800)
  })

  it('is found for the largest ids too', () => {
    for (const id of [0, 2 ** 31, 2 ** 32 - 1]) expect(findKeyFault(keyOfTraceId(id))).toBeNull()
  })
})

it('asks for a few keys most of the time', async () => {
  const counts = new Map<string, number>()
  let left = 20_000
  for await (const key of zipfKeys()) {
    counts.set(key, (counts.get(key) ?? 0) + 1)
    if (--left === 0) break
  }
  const sorted = [...counts.values()].toSorted((a, b) => b - a)
  const top = sorted.slice(0, 200).reduce((sum, n) => sum + n, 0)
  expect(top / 20_000).toBeGreaterThan(0.4)
  expect(sorted.length).toBeGreaterThan(2_000)
})
