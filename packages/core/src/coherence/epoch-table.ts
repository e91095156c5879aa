import { hashName } from './name-hash.ts'

/** Names that one bucket can tell apart. */
const WAYS = 8
/** The low bits of a hash choose the bucket, the 32 above them are the fingerprint. */
const MAX_BUCKETS = 1 << 21

/**
 * The newest epoch of each name, in a fixed amount of memory: 104 bytes a bucket. A bucket remembers eight names by
 * fingerprint; when a ninth comes, the oldest is folded into the bucket's own epoch, which then counts for every name
 * that falls there. So nothing is ever forgotten (rule noRetire): an innocent name may share the epoch of a guilty one and
 * be loaded again, a guilty one never escapes. Typed arrays rather than a Map: a million names under churn cost no garbage
 * and no rehash.
 */
export class EpochTable {
  private readonly buckets: number
  private readonly fingerprints: Uint32Array
  private readonly epochs: Float64Array
  private readonly folded: Float64Array

  /** `buckets` is a power of two, at most 2,097,152. */
  constructor(buckets: number) {
    if (buckets < 1 || buckets > MAX_BUCKETS || (buckets & (buckets - 1)) !== 0)
      throw new RangeError(`the number of buckets is a power of two up to ${MAX_BUCKETS}`)
    this.buckets = buckets
    this.fingerprints = new Uint32Array(buckets * WAYS)
    this.epochs = new Float64Array(buckets * WAYS)
    this.folded = new Float64Array(buckets)
  }

  get sizeBytes(): number {
    return this.fingerprints.byteLength + this.epochs.byteLength + this.folded.byteLength
  }

  /** Newest epoch that may concern the name; 0 when none does. */
  newest(name: string): number {
    const hash = hashName(name)
    const bucket = hash & (this.buckets - 1)
    const fingerprint = fingerprintOf(hash)
    let newest = this.folded[bucket] ?? 0
    for (let slot = bucket * WAYS; slot < (bucket + 1) * WAYS; slot++) {
      const epoch = this.epochs[slot] ?? 0
      if (epoch > newest && this.fingerprints[slot] === fingerprint) newest = epoch
    }
    return newest
  }

  note(name: string, epoch: number): void {
    const hash = hashName(name)
    this.noteAt(hash & (this.buckets - 1), fingerprintOf(hash), epoch)
  }

  /** Forgets what is not newer than `epoch`: to be called when a floor of that height has taken its place. */
  forgetUpTo(epoch: number): void {
    const { epochs, folded } = this
    for (let slot = 0; slot < epochs.length; slot++) if ((epochs[slot] ?? 0) <= epoch) epochs[slot] = 0
    for (let bucket = 0; bucket < folded.length; bucket++) if ((folded[bucket] ?? 0) <= epoch) folded[bucket] = 0
  }

  /** Everything known, for a snapshot: bucket, fingerprint (null: the bucket's own epoch) and epoch. */
  *rows(): Generator<TableRow> {
    for (let bucket = 0; bucket < this.buckets; bucket++) {
      const folded = this.folded[bucket] ?? 0
      if (folded > 0) yield { bucket, fingerprint: null, epoch: folded }
      for (let slot = bucket * WAYS; slot < (bucket + 1) * WAYS; slot++) {
        const epoch = this.epochs[slot] ?? 0
        if (epoch > 0) yield { bucket, fingerprint: this.fingerprints[slot] ?? 0, epoch }
      }
    }
  }

  /** Takes in a row of a table with as many buckets. */
  merge({ bucket, fingerprint, epoch }: TableRow): void {
    if (bucket >= this.buckets) throw new RangeError('the row belongs to a table with more buckets')
    if (fingerprint === null) this.fold(bucket, epoch)
    else this.noteAt(bucket, fingerprint, epoch)
  }

  private noteAt(bucket: number, fingerprint: number, epoch: number): void {
    const { fingerprints, epochs } = this
    let oldest = bucket * WAYS
    for (let slot = bucket * WAYS; slot < (bucket + 1) * WAYS; slot++) {
      const held = epochs[slot] ?? 0
      if (held > 0 && fingerprints[slot] === fingerprint) {
        if (epoch > held) epochs[slot] = epoch
        return
      }
      if (held < (epochs[oldest] ?? 0)) oldest = slot
    }
    const evicted = epochs[oldest] ?? 0
    this.fold(bucket, Math.min(epoch, evicted))
    if (epoch <= evicted) return
    fingerprints[oldest] = fingerprint
    epochs[oldest] = epoch
  }

  private fold(bucket: number, epoch: number): void {
    if (epoch > (this.folded[bucket] ?? 0)) this.folded[bucket] = epoch
  }
}

export interface TableRow {
  bucket: number
  fingerprint: number | null
  epoch: number
}

function fingerprintOf(hash: number): number {
  return Math.floor(hash / MAX_BUCKETS) >>> 0
}
