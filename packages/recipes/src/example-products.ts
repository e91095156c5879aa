import type { Product, Products } from './products.ts'

/** A database for the examples, in memory. */
export function exampleProducts(products: readonly Product[] = [{ id: '1', name: 'boots', brand: 'alder' }]): Products {
  const rows = new Map(products.map((product) => [product.id, product]))
  return {
    find: async (id) => rows.get(id) ?? null,
    save: async (product) => void rows.set(product.id, product),
  }
}
