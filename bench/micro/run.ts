import { codec } from './codec.ts'
import { eviction } from './eviction.ts'
import { metrics } from './metrics.ts'
import type { MicroBench } from './micro-bench.ts'
import { patterns } from './patterns.ts'
import { ring } from './ring.ts'

/** npm run bench:micro: nanoseconds of the primitives. Absolute figures: good for this machine, today. */
const benches: Record<string, MicroBench> = { patterns, eviction, metrics, codec, ring }

let isExceeded = false
for (const [title, bench] of Object.entries(benches)) {
  console.log(`\n${title}`)
  for (const { name, ns, atMostNs } of bench()) {
    const limit = atMostNs === undefined ? '' : `  (at most ${atMostNs.toLocaleString('en')})`
    console.log(`  ${name.padEnd(44)} ${Math.round(ns).toLocaleString('en').padStart(10)} ns${limit}`)
    isExceeded ||= atMostNs !== undefined && ns > atMostNs
  }
}
if (isExceeded) process.exit(1)
