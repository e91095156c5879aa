/** A link that its list threads through itself, so that moving it allocates nothing. */
export interface Linked<T> {
  previous: T | null
  next: T | null
}

/** Doubly linked list from the least to the most recently used. A node is in at most one list at a time. */
export class RecencyList<T extends Linked<T>> {
  oldest: T | null = null
  newest: T | null = null

  append(node: T): void {
    node.previous = this.newest
    node.next = null
    if (this.newest) this.newest.next = node
    else this.oldest = node
    this.newest = node
  }

  remove(node: T): void {
    if (node.previous) node.previous.next = node.next
    else this.oldest = node.next
    if (node.next) node.next.previous = node.previous
    else this.newest = node.previous
    node.previous = null
    node.next = null
  }

  /** Takes over all nodes of another list as older than its own, in constant time. The other one is empty afterwards. */
  absorbAsOldest(other: RecencyList<T>): void {
    if (!other.newest) return
    other.newest.next = this.oldest
    if (this.oldest) this.oldest.previous = other.newest
    else this.newest = other.newest
    this.oldest = other.oldest
    other.oldest = null
    other.newest = null
  }

  clear(): void {
    this.oldest = null
    this.newest = null
  }
}
