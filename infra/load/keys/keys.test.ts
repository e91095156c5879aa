import { expect, test } from 'vitest'
import { Document, makeDocument } from './document.ts'
import { KeySpace } from './key-space.ts'
import { seededRandom } from './seeded-random.ts'
import { zipf } from './zipf.ts'

const space = (seed: number, count = 5_000) => new KeySpace({ namespaces: ['a', 'b'], count, meanBytes: 2_000, seed })

test('the same seed gives the same keys, another one other sizes', () => {
  expect(space(7).factsAt(123)).toEqual(space(7).factsAt(123))
  expect(space(8).factsAt(123).bytes).not.toBe(space(7).factsAt(123).bytes)
})

test('keys are dealt to the namespaces, and carry tags of all and of a few', () => {
  expect([0, 1, 2].map((index) => space(1).keyAt(index))).toEqual(['a:item:0', 'b:item:1', 'a:item:2'])
  expect(space(1).factsAt(51).tags).toEqual(['b-all', 'b-group-1'])
})

test('sizes have the mean that was asked for, most below it and some far above', () => {
  const sizes = Array.from({ length: 5_000 }, (_, index) => space(3).factsAt(index).bytes).toSorted((a, b) => a - b)
  const mean = sizes.reduce((sum, bytes) => sum + bytes, 0) / sizes.length
  expect(mean).toBeGreaterThan(1_700)
  expect(mean).toBeLessThan(2_300)
  expect(sizes[2_500]).toBeLessThan(1_300)
  expect(sizes[4_950]).toBeGreaterThan(10_000)
  expect(sizes[0]).toBeGreaterThanOrEqual(64)
})

test('a document weighs what it should, and is read back', () => {
  const document = makeDocument(42, 300)
  expect(JSON.stringify(document)).toHaveLength(300)
  expect(Document.parse(JSON.parse(JSON.stringify(document)))).toEqual(document)
  expect(JSON.stringify(makeDocument(42, 0)).length).toBeLessThan(40)
})

test('Zipf draws follow their law, and an exponent of 0 makes all alike', () => {
  const drawsBy = (exponent: number) => {
    const draw = zipf(100, exponent, seededRandom(5))
    const draws = Array.from({ length: 50_000 }, draw)
    return Array.from({ length: 100 }, (_, index) => draws.filter((drawn) => drawn === index).length)
  }
  const [first = 0, second = 0] = drawsBy(1)
  expect(first / second).toBeGreaterThan(1.8)
  expect(first / second).toBeLessThan(2.2)
  const alike = drawsBy(0)
  expect(Math.max(...alike) / Math.min(...alike)).toBeLessThan(1.6)
})
