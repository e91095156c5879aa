import { Row } from './row.ts'

/** All keys. In one process with writers, readers and source, so that one clock and one order hold for all of them. */
export class Rows {
  private readonly rows = new Map<string, Row>()
  private readonly startedMs = new Map<string, number>()

  of(key: string): Row {
    let row = this.rows.get(key)
    if (row === undefined) {
      row = new Row(key)
      this.rows.set(key, row)
    }
    return row
  }

  /** The source's next version of a key. */
  commit(key: string): number {
    const row = this.of(key)
    row.committed++
    row.note(`source has ${row.committed}`)
    return row.committed
  }

  /** A node has said that it applied the invalidation of a key's version, one that was sent at that moment. */
  learn(node: string, key: string, n: number, sentMs: number): void {
    if (sentMs >= (this.startedMs.get(node) ?? 0)) this.of(key).raiseAt(node, n)
  }

  /** A new process of that node will run: it knows nothing of what the former one said. */
  forgetNode(node: string): void {
    this.startedMs.set(node, performance.now())
    for (const row of this.rows.values()) row.knownTo.delete(node)
  }

  /** What happened to the cluster, in the history of every key. */
  noteEverywhere(event: string): void {
    for (const row of this.rows.values()) row.note(event)
  }
}
