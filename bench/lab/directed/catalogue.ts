import { ACKNOWLEDGEMENTS } from './acknowledgements.ts'
import { FORWARDING } from './forwarding.ts'
import { HISTORIES } from './histories.ts'
import { LEASES } from './leases.ts'
import { LOADS } from './loads.ts'
import type { Scenario } from './scenario.ts'
import { TIERS } from './tiers.ts'
import { TOKENS } from './tokens.ts'

/** Every rule's scenario. Those that break the log's memory come last: what follows waits for new leases. */
export const SCENARIOS: readonly Scenario[] = [
  ...LOADS,
  ...TIERS,
  ...TOKENS,
  ...FORWARDING,
  ...LEASES,
  ...ACKNOWLEDGEMENTS,
  ...HISTORIES,
]
