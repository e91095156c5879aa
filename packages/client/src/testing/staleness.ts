/** When versions of a key were acknowledged, and what was read since, for a check that no reader was told too old a one. */
export class Staleness {
  private readonly floors: { atMs: number; version: number }[] = [{ atMs: 0, version: 0 }]
  /** The most that anything read was out of date, milliseconds after the acknowledgement of what ended it. */
  worstMs = 0

  /** No older version may be read from now on (or, near, a second later). */
  acknowledged(version: number): void {
    this.floors.push({ atMs: performance.now(), version })
  }

  /** A version was read by a question that was asked at `askedMs`. */
  wasRead(version: number, askedMs: number): void {
    const superseded = this.floors.find((floor) => floor.version > version)
    if (superseded !== undefined) this.worstMs = Math.max(this.worstMs, askedMs - superseded.atMs)
  }
}
