import { expect, it } from 'vitest'
import { GenerationAges } from './generation-ages.ts'

it('counts from the first sight, however often the generation is seen again', () => {
  const ages = new GenerationAges()
  ages.observe('a', 100)
  ages.observe('a', 900)
  expect(ages.ageMs('a', 1_000)).toBe(900)
})

it('gives no age to a generation that was never seen', () => {
  expect(new GenerationAges().ageMs('a', 1_000)).toBe(0)
})

it('remembers a generation that comes back', () => {
  const ages = new GenerationAges()
  ages.observe('a', 100)
  ages.observe('b', 200)
  ages.observe('a', 300)
  expect(ages.ageMs('a', 1_000)).toBe(900)
  expect(ages.ageMs('b', 1_000)).toBe(800)
})

it('forgets the oldest of many, which then counts as younger than it is and never as older', () => {
  const ages = new GenerationAges()
  for (let i = 0; i < 20; i++) ages.observe(`g${i}`, i)
  expect(ages.ageMs('g0', 1_000)).toBe(0)
  ages.observe('g0', 1_000)
  expect(ages.ageMs('g0', 1_100)).toBe(100)
  expect(ages.ageMs('g19', 1_000)).toBe(981)
})
