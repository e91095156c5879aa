import path from 'node:path'
import { ACKNOWLEDGING } from '@freshet/core/testing/simulated-cluster/mutants/acknowledging'
import { FOLLOWING } from '@freshet/core/testing/simulated-cluster/mutants/following'
import { SERVING } from '@freshet/core/testing/simulated-cluster/mutants/serving'
import { CHECKOUT } from '@freshet/scripts/platform/checkout'
import type { SourceEdit } from '@freshet/testing/source-edits'
import type { Guard } from '../directed/scenario.ts'

/** A node without one of its guards. */
export interface Mutant {
  guard: Guard
  /** What is missing. */
  without: string
  edit: SourceEdit
}

/** What is taken out for each scenario, as the simulation's list of guards calls it: both labs take out the same. */
const TAKEN_OUT: readonly (readonly [Guard, string])[] = [
  ['verAtStart', 'the version is taken when the load ends'],
  ['joinCheck', 'whoever joins a load takes what it brings'],
  ['keyMem', 'invalidated keys are dropped from L1 and not remembered'],
  ['atServe', 'what comes from L2 is judged when it was asked for'],
  ['l1Check', 'a key dropped from L1 is enough, what stays there is not judged'],
  ['token', 'a fill by who holds a lease is a new version'],
  ['leaseCheck', 'a node without lease goes on calling values fresh'],
  ['leaseFromSend', 'the lease counts from the answer'],
  ['leaseAtTail', 'any poll renews the lease'],
  ['waitAll', 'no member is waited for'],
  ['guard', 'a generation counts as old at once'],
  ['gap', 'records trimmed away are not missed'],
  ['gen', 'a new generation goes unnoticed'],
  ['genTag', 'versions are compared across generations'],
  ['fwdCheck', 'what another node says is served as it says it'],
]

const SOURCES = path.join(CHECKOUT, 'packages/core/src')
const KNOWN = [...SERVING, ...FOLLOWING, ...ACKNOWLEDGING]

/** One for each scenario. Made at build time: the product itself has no switch for any of them. */
export const MUTANTS: readonly Mutant[] = TAKEN_OUT.map(([guard, without]) => {
  const rule = `${guard}: ${without}`
  const known = KNOWN.find((one) => one.rule === rule)
  if (known === undefined) throw new Error(`no guard is called "${rule}" any more`)
  return { guard, without, edit: { file: path.join(SOURCES, known.file), edits: known.edits } }
})
