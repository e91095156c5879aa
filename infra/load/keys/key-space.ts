import { seededRandom } from './seeded-random.ts'

/** What seed and load both know of a key: the same namespaces, count, size and seed give the same keys. */
export interface KeyFacts {
  key: string
  /** Of the stored document, about. */
  bytes: number
  tags: readonly string[]
}

export interface KeySpaceOptions {
  namespaces: readonly string[]
  count: number
  /** Of all documents, as a mean. */
  meanBytes: number
  seed: number
}

/** Sizes on the web follow a log-normal law: most are small, a few are large. This spread puts 1% above 9 times the mean. */
const SPREAD = 1.2
const MIN_BYTES = 64
/** The policies' default is 8 MiB; a load test should not end there by chance. */
const MAX_BYTES = 1024 * 1024
/** Members of a group share a tag, as the products of a category do. */
const GROUP = 50

/** Keys like `shop:item:17`, dealt to the namespaces in turn. */
export class KeySpace {
  readonly count: number
  private readonly options: KeySpaceOptions

  constructor(options: KeySpaceOptions) {
    this.options = options
    this.count = options.count
  }

  keyAt(index: number): string {
    return `${this.namespaceAt(index)}:item:${index}`
  }

  factsAt(index: number): KeyFacts {
    const { meanBytes, seed } = this.options
    // Of the index alone, so that nobody must draw the others first.
    const random = seededRandom(Math.imul(index + 1, 0x9e3779b1) ^ seed)
    const namespace = this.namespaceAt(index)
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
    const bytes = Math.round(meanBytes * Math.exp(SPREAD * normal - SPREAD ** 2 / 2))
    return {
      key: this.keyAt(index),
      bytes: Math.min(MAX_BYTES, Math.max(MIN_BYTES, bytes)),
      tags: [`${namespace}-all`, `${namespace}-group-${Math.floor(index / GROUP)}`],
    }
  }

  private namespaceAt(index: number): string {
    const { namespaces } = this.options
    return namespaces[index % namespaces.length] ?? 'default'
  }
}
