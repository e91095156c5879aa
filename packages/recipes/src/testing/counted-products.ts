import { setTimeout as sleep } from 'node:timers/promises'
import { exampleProducts } from '../example-products.ts'
import type { Products } from '../products.ts'

/** The example's products, with a query that takes a while and is counted. */
export function countedProducts(): Products & { queries: number } {
  const products = exampleProducts()
  return {
    queries: 0,
    async find(id) {
      this.queries++
      await sleep(50)
      return products.find(id)
    },
    save: products.save,
  }
}
