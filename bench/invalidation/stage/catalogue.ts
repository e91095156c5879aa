/** What is cached: so many rows, each under a key and with tags that follow from its number. */
export class Catalogue {
  static readonly namespace = 'bench'
  /** Every row carries it. */
  static readonly wholeTag = 'whole'
  readonly rows: number
  /** Of tags over ten rows each; a row carries one of them. */
  readonly tags: number

  constructor(rows: number) {
    this.rows = rows
    this.tags = Math.ceil(rows / ROWS_PER_TAG)
  }

  key(row: number): string {
    return `${Catalogue.namespace}:${row}`
  }

  /** Names in the same namespace that no row has. */
  beyond(n: number): string {
    return this.key(this.rows + n)
  }

  rowOf(key: string): number {
    return Number(key.slice(Catalogue.namespace.length + 1))
  }

  /** The number of the tag that a row shares with nine others. */
  tagNumber(row: number): number {
    return Math.floor(row / ROWS_PER_TAG)
  }

  tag(number: number): string {
    return `ten-${number}`
  }

  tagsOf(row: number): string[] {
    return [this.tag(this.tagNumber(row)), Catalogue.wholeTag]
  }
}

const ROWS_PER_TAG = 10
