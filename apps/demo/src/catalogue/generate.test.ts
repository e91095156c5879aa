import { expect, it } from 'vitest'
import { generateCatalogue } from './generate.ts'

it('makes the same shop each time', () => {
  expect(generateCatalogue()).toEqual(generateCatalogue())
})

it('has favourites: the busiest tenth of the products sells more than a third of everything', () => {
  const { order_items, products } = generateCatalogue()
  const sold = new Map<number, number>()
  for (const item of order_items) sold.set(item.product_id, (sold.get(item.product_id) ?? 0) + 1)
  const busiest = [...sold.values()].toSorted((a, b) => b - a).slice(0, products.length / 10)
  const share = busiest.reduce((sum, n) => sum + n, 0) / order_items.length
  expect(share).toBeGreaterThan(1 / 3)
})

it('names people and products apart from each other', () => {
  const { users, products } = generateCatalogue()
  expect(new Set(users.map(({ email }) => email)).size).toBe(users.length)
  expect(new Set(products.map(({ description }) => description)).size).toBeGreaterThan(products.length * 0.9)
})
