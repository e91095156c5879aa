import type { LabOptions } from '../options.ts'
import { runSingleFlight } from '../single-flight/run-single-flight.ts'
import { shortfallsOf } from '../single-flight/shortfalls.ts'

const NODES = 5
const READERS = 10_000
const ADDED_MS = 1_000

/** Ten thousand reads of one cold key over five nodes. @returns whether they reached the source as seldom as they may. */
export async function runSingleFlights({ leaseMs }: LabOptions): Promise<boolean> {
  console.log(`\none cold key, ${READERS.toLocaleString('en')} readers, ${NODES} nodes`)
  const flown = await runSingleFlight({ nodes: NODES, readers: READERS, leaseMs })
  for (const { name, loads, answered, medianAfterMs, lastAfterMs, since } of flown)
    console.log(
      `  ${name}: ${loads} ${loads === 1 ? 'load' : 'loads'} at the origin, ${answered.toLocaleString('en')} answered, half of them within ${Math.round(medianAfterMs)} ms and the last ${Math.round(lastAfterMs)} ms ${since}`,
    )
  const shortfalls = shortfallsOf(flown, { readers: READERS, loads: [1, 2], addedMs: ADDED_MS })
  for (const shortfall of shortfalls) console.log(`SHORT  ${shortfall}`)
  return shortfalls.length === 0
}
