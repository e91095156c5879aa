import type { Faker } from '@faker-js/faker'
import { faker } from '@faker-js/faker/locale/en'
import { MATERIALS, PRODUCT_KINDS } from './kinds.ts'
import { writeReview } from './review-text.ts'
import type { CatalogueRows } from './rows.ts'
import { CATALOGUE_SIZE } from './size.ts'

/** Change it with what is generated: a database that was seeded from another version is filled anew. */
export const CATALOGUE_VERSION = '2'

const OPENED = new Date('2023-01-01T00:00:00Z')
const TODAY = new Date('2026-01-01T00:00:00Z')
const LINES = ['Classic', 'Nordic', 'Urban', 'Compact', 'Studio', 'Heritage', 'Trail', 'Everyday', 'Pro', 'Light']
const COUNTRIES = ['Germany', 'France', 'Portugal', 'Sweden', 'Japan', 'Italy', 'Denmark', 'Canada', 'Spain', 'Austria']

/** The same rows each time: a shop of some size, with taste for some of its products, so that relations mean something. */
export function generateCatalogue(): CatalogueRows {
  faker.seed(20_260_101)
  const categories = PRODUCT_KINDS.map(({ slug, name }, index) => ({ id: index + 1, slug, name }))
  const brands = faker.helpers
    .uniqueArray(() => faker.company.name(), CATALOGUE_SIZE.brands)
    .map((name, index) => ({ id: index + 1, name, country: faker.helpers.arrayElement(COUNTRIES) }))
  const products = rows(CATALOGUE_SIZE.products, (id) => product(faker, id))
  const users = rows(CATALOGUE_SIZE.users, (id) => user(faker, id))
  const orders = rows(CATALOGUE_SIZE.orders, (id) => ({
    id,
    user_id: preferred(faker, CATALOGUE_SIZE.users),
    status: faker.helpers.weightedArrayElement([
      { value: 'delivered', weight: 8 },
      { value: 'shipped', weight: 1 },
      { value: 'cancelled', weight: 1 },
    ]),
    placed_at: faker.date.between({ from: OPENED, to: TODAY }),
  }))
  const orderItems = orders.flatMap(({ id }) => basket(faker, id, products))
  const reviews = rows(CATALOGUE_SIZE.reviews, (id) => ({
    id,
    product_id: preferred(faker, CATALOGUE_SIZE.products),
    user_id: preferred(faker, CATALOGUE_SIZE.users),
    ...writeReview(faker),
    written_at: faker.date.between({ from: OPENED, to: TODAY }),
  }))
  return { categories, brands, products, users, orders, order_items: orderItems, reviews }
}

function rows<T>(count: number, make: (id: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index + 1))
}

/** An id from 1 to `count`, the low ones far more often: a few products sell most, a few people buy most. */
function preferred(random: Faker, count: number): number {
  return 1 + Math.floor(count * random.number.float() ** 2.5)
}

function product(random: Faker, id: number): CatalogueRows['products'][number] {
  const category = (id - 1) % PRODUCT_KINDS.length
  const kind = PRODUCT_KINDS[category]
  if (!kind) throw new RangeError(`no product kind ${category}`)
  const material = random.helpers.arrayElement(MATERIALS)
  const line = random.helpers.arrayElement(LINES)
  const createdAt = random.date.between({ from: OPENED, to: TODAY })
  return {
    id,
    name: `${line} ${material} ${kind.noun}`,
    description: describe(random, kind.noun, material, line),
    category_id: category + 1,
    brand_id: preferred(random, CATALOGUE_SIZE.brands),
    price_cents: random.number.int({ min: kind.fromCents, max: kind.toCents }),
    stock: random.number.int({ min: 0, max: 240 }),
    created_at: createdAt,
    updated_at: createdAt,
  }
}

function describe(random: Faker, noun: string, material: string, line: string): string {
  const { helpers } = random
  const colour = random.color.human()
  const craft = helpers.arrayElement(['made by hand', 'made to last', 'made to be repaired', 'made in small runs'])
  const praise = helpers.arrayElement(['quiet and sturdy', 'light and plain', 'warm and simple', 'neat and strong'])
  const promise = helpers.arrayElement([
    'Spare parts for ten years.',
    'Two years of warranty.',
    'Packed without plastic.',
  ])
  return `${noun} in ${material.toLowerCase()}, ${colour}, ${craft}: ${praise}, as all of our ${line} line. ${promise}`
}

function user(random: Faker, id: number): CatalogueRows['users'][number] {
  const firstName = random.person.firstName()
  const lastName = random.person.lastName()
  return {
    id,
    name: `${firstName} ${lastName}`,
    // The id makes it unique; example.com belongs to nobody (RFC 2606).
    email: random.internet.email({ firstName, lastName: `${lastName}${id}`, provider: 'example.com' }).toLowerCase(),
    city: random.location.city(),
    country: random.helpers.arrayElement(COUNTRIES),
    bio: random.person.bio(),
    joined_at: random.date.between({ from: OPENED, to: TODAY }),
  }
}

function basket(random: Faker, orderId: number, products: CatalogueRows['products']): CatalogueRows['order_items'] {
  const size = random.number.int({ min: 1, max: 5 })
  const chosen = new Set(Array.from({ length: size }, () => preferred(random, products.length)))
  return [...chosen].map((productId) => ({
    order_id: orderId,
    product_id: productId,
    quantity: random.number.int({ min: 1, max: 3 }),
    price_cents: products[productId - 1]?.price_cents ?? 0,
  }))
}
