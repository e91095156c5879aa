import type { Cache, ManyEntry } from '@freshet/client'
import { makeDocument } from '../keys/document.ts'
import { KeySpace } from '../keys/key-space.ts'
import type { SeedOptions } from '../options/seed-options.ts'

/** A request holds at most 1,000 keys and 32 MiB; this stays far below both, however large the values are. */
const BATCH_KEYS = 500
const BATCH_BYTES = 4 * 1024 * 1024
const PARALLEL = 4

export interface Seeded {
  stored: number
  bytes: number
  /** By error code. */
  failed: Map<string, number>
  seconds: number
}

/** Writes all keys. Rejects when a whole request fails; keys that fail by themselves are counted. */
export async function seedInstallation(
  cache: Pick<Cache, 'mset'>,
  options: SeedOptions,
  onProgress: (done: number) => void,
): Promise<Seeded> {
  const startedMs = performance.now()
  const seeded: Seeded = { stored: 0, bytes: 0, failed: new Map(), seconds: 0 }
  const batches = batchesOf(new KeySpace(options), options.ttlMs)
  const work = async () => {
    for (const batch of batches) {
      const { failed } = await cache.mset(batch.entries)
      for (const { code } of failed.values()) seeded.failed.set(code, (seeded.failed.get(code) ?? 0) + 1)
      seeded.stored += batch.entries.length - failed.size
      seeded.bytes += batch.bytes
      onProgress(seeded.stored)
    }
  }
  await Promise.all(Array.from({ length: PARALLEL }, work))
  return { ...seeded, seconds: (performance.now() - startedMs) / 1_000 }
}

/** Several take from it at once; each batch is taken once. */
export function* batchesOf(space: KeySpace, ttlMs: number): Generator<{ entries: ManyEntry[]; bytes: number }, void> {
  let entries: ManyEntry[] = []
  let bytes = 0
  for (let index = 0; index < space.count; index++) {
    const facts = space.factsAt(index)
    if (entries.length === BATCH_KEYS || (entries.length > 0 && bytes + facts.bytes > BATCH_BYTES)) {
      yield { entries, bytes }
      entries = []
      bytes = 0
    }
    entries.push({ key: facts.key, value: makeDocument(0, facts.bytes), ttlMs, tags: facts.tags })
    bytes += facts.bytes
  }
  yield { entries, bytes }
}
