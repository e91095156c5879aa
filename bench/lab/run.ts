import { readOptions, USAGE } from './options.ts'
import { runLongChaos } from './parts/chaos.ts'
import { runDirected } from './parts/directed.ts'
import { runFailovers } from './parts/failover.ts'
import { runMembershipChanges } from './parts/membership.ts'
import { runMutants } from './parts/mutants.ts'
import { runSingleFlights } from './parts/single-flight.ts'

const options = readOptions(process.argv.slice(2))
if (options === 'help') {
  console.log(USAGE)
  process.exit(0)
}
// To exit is enough: whatever was started is stopped then, paused or not.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))
const parts = {
  directed: runDirected,
  mutants: runMutants,
  chaos: runLongChaos,
  membership: runMembershipChanges,
  failover: runFailovers,
  'single-flight': runSingleFlights,
}
let isProof = true
for (const [name, run] of Object.entries(parts))
  if (options.parts.has(name as keyof typeof parts)) isProof = (await run(options)) && isProof
console.log(isProof ? '\nnothing stale, and everything that was to be seen was seen' : '\nFAILED')
process.exit(isProof ? 0 : 1)
