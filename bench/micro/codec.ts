import type { Entry } from '@freshet/core/entries/entry'
import { decodeEntry, encodeEntry } from '@freshet/core/entries/entry-codec'
import type { MicroBench } from './micro-bench.ts'
import { timeOperation } from './time-operation.ts'

/** An entry to the record that lies in Redis, and back. */
export const codec: MicroBench = () => {
  const entry: Entry = {
    version: { generation: '0123456789abcdef', epoch: 123_456 },
    stamp: 123_456,
    negative: false,
    storedAtMs: 1_700_000_000_000,
    freshUntilMs: 1_700_000_060_000,
    staleUntilMs: 1_700_000_090_000,
    errorUntilMs: 1_700_000_360_000,
    etag: '"0123456789abcdef"',
    contentType: 'application/json',
    tags: ['products', 'category:7'],
    body: Buffer.alloc(1_024, 'v'),
  }
  const record = encodeEntry(entry)
  return [
    { name: 'entry: encode 1 KiB', ns: timeOperation(() => encodeEntry(entry)) },
    { name: 'entry: decode 1 KiB', ns: timeOperation(() => decodeEntry(record)) },
  ]
}
