import { z } from 'zod'

export const Product = z.object({ id: z.string(), name: z.string(), brand: z.string() })
export type Product = z.infer<typeof Product>

/** Where products are kept: a database, or another service. */
export interface Products {
  find(id: string): Promise<Product | null>
  save(product: Product): Promise<void>
}
