import type { Entry } from '@freshet/core/entries/entry'

export const GENERATION = '00000000000000a1'

/** A stored value, or whatever else of it the test wants. */
export function sampleEntry(body: string, rest: Partial<Entry> = {}): Entry {
  return {
    version: { generation: GENERATION, epoch: 7 },
    stamp: 7,
    negative: false,
    storedAtMs: 1_000,
    freshUntilMs: 61_000,
    staleUntilMs: 71_000,
    errorUntilMs: 81_000,
    etag: '"e1"',
    contentType: 'text/plain; charset=utf-8',
    tags: ['a', 'ü'],
    body: Buffer.from(body),
    ...rest,
  }
}
