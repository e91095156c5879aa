import { categories } from './categories.ts'
import { products } from './products.ts'
import { recommendations } from './recommendations.ts'
import type { Resource } from './resource.ts'
import { reviews } from './reviews.ts'
import { searches } from './searches.ts'
import { users } from './users.ts'

/** Everything that the shop answers, in the order in which it was thought of. */
export const resources: readonly Resource[] = [products, categories, users, recommendations, reviews, searches]

export function resourceOf(namespace: string): Resource | undefined {
  return resources.find((resource) => resource.namespace === namespace)
}
