import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { Random } from '@freshet/core/testing/simulated-cluster/random'

/** Keys in the order in which they are asked for. */
export interface Requests {
  /** Where they come from, for the table. */
  source: string
  keys: readonly string[]
}

const AT_MOST = 2_000_000
const DRAWN = 400_000
const DRAWN_KEYS = 100_000
/** Of web traffic (Breslau et al., 1999, found 0.64 to 0.83); higher would flatter a small cache. */
const EXPONENT = 0.8

/**
 * The first two million requests of a trace of fixed-size records (big-endian int64 where its name begins with scarab, else
 * int32, gzip or not); drawn by Zipf's law when there is none.
 */
export async function readRequests(file: string | null): Promise<Requests> {
  if (file === null) return { source: `drawn, Zipf ${EXPONENT}`, keys: drawn() }
  const raw = await readFile(file)
  const bytes = file.endsWith('.gz') ? await promisify(gunzip)(raw) : raw
  const name = path.basename(file)
  const recordBytes = name.startsWith('scarab') ? 8 : 4
  const count = Math.min(AT_MOST, Math.floor(bytes.length / recordBytes))
  if (count === 0) throw new Error(`${file} holds no requests`)
  const keys = Array.from(
    { length: count },
    (_, i) => `trace:${bytes.toString('hex', i * recordBytes, (i + 1) * recordBytes)}`,
  )
  return { source: name.replace(/\..*$/, ''), keys }
}

function drawn(): string[] {
  const random = new Random(1)
  const sums = new Float64Array(DRAWN_KEYS)
  let sum = 0
  for (let rank = 0; rank < DRAWN_KEYS; rank++) {
    sum += 1 / (rank + 1) ** EXPONENT
    sums[rank] = sum
  }
  return Array.from({ length: DRAWN }, () => `drawn:${rankOf(random.next() * sum, sums)}`)
}

/** Index of the first sum that is not below the point. */
function rankOf(point: number, sums: Float64Array): number {
  let low = 0
  let high = sums.length - 1
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sums[middle] ?? 0) < point) low = middle + 1
    else high = middle
  }
  return low
}
