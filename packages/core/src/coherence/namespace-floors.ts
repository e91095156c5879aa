/** Per namespace the epoch before which everything in it is dead; at most `limit` of them. */
export class NamespaceFloors {
  private readonly limit: number
  private readonly floors = new Map<string, number>()

  constructor(limit: number) {
    this.limit = limit
  }

  newest(namespace: string): number {
    return this.floors.get(namespace) ?? 0
  }

  /** Raises a floor. Returns what had to be given up for lack of room, as an epoch for the floor of all; else 0. */
  raise(namespace: string, epoch: number): number {
    if (this.newest(namespace) >= epoch) return 0
    this.floors.delete(namespace)
    this.floors.set(namespace, epoch)
    if (this.floors.size <= this.limit) return 0
    // The Map's order is that of raising: its first is the one that was left alone for longest.
    const [oldest, folded] = this.floors.entries().next().value ?? ['', 0]
    this.floors.delete(oldest)
    return folded
  }

  forgetUpTo(epoch: number): void {
    for (const [namespace, floor] of this.floors) if (floor <= epoch) this.floors.delete(namespace)
  }

  entries(): IterableIterator<[string, number]> {
    return this.floors.entries()
  }
}
