/**
 * A fixed table of buckets: the newest epoch of any key whose hash falls there. Old exact keys are folded into it, so
 * that memory stays bounded and nothing is forgotten (rule noRetire): an innocent key may share a bucket with a guilty
 * one and be reloaded, a guilty one never escapes.
 */
export class KeyBuckets {
  private readonly epochs: Float64Array
  private used = false

  /** `count` is a power of two; one bucket takes 8 bytes. */
  constructor(count: number) {
    if (count < 2 || (count & (count - 1)) !== 0) throw new RangeError('the number of buckets is a power of two')
    this.epochs = new Float64Array(count)
  }

  fold(key: string, epoch: number): void {
    const bucket = hashOf(key) & (this.epochs.length - 1)
    if (epoch > (this.epochs[bucket] ?? 0)) this.epochs[bucket] = epoch
    this.used = true
  }

  /** Newest epoch that may concern the key; 0 when none does. */
  newest(key: string): number {
    return this.used ? (this.epochs[hashOf(key) & (this.epochs.length - 1)] ?? 0) : 0
  }
}

/** FNV-1a over UTF-16 units with murmur3's finaliser: raw FNV-1a leaves the low bits poorly mixed. */
function hashOf(key: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
