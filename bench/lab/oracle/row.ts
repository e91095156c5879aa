/** Events kept per key: enough to see the load, the invalidation and the read that disagree. */
const HISTORY = 60

/** One key's truth: a number that only grows, and how much of it was promised. */
export class Row {
  readonly key: string
  /** What the source holds. */
  committed = 1
  /** The newest version whose invalidation was acknowledged: nothing older may be called fresh from then on. */
  floor = 0
  /** By node: what a node said itself to have applied. It may not even give what is older marked stale. */
  readonly knownTo = new Map<string, number>()
  private readonly events: string[] = []

  constructor(key: string) {
    this.key = key
  }

  raise(n: number): void {
    this.floor = Math.max(this.floor, n)
  }

  raiseAt(node: string, n: number): void {
    this.knownTo.set(node, Math.max(this.knownTo.get(node) ?? 0, n))
  }

  note(event: string): void {
    this.events.push(`${performance.now().toFixed(1)} ${event}`)
    if (this.events.length > HISTORY) this.events.shift()
  }

  get history(): readonly string[] {
    return this.events
  }
}
