import type { Flown } from './run-single-flight.ts'

interface Limits {
  /** Reads of each kind. */
  readers: number
  /** Loads that may reach the source when all is well, then when the owner is killed meanwhile. */
  loads: readonly [number, number]
  /** What losing the owner may add to the time that so many answers take anyway, in this process above all; milliseconds. */
  addedMs: number
}

/** Why the figures are no proof. */
export function shortfallsOf(flown: readonly Flown[], { readers, loads, addedMs }: Limits): string[] {
  const [whole, orphaned] = flown
  const added = whole && orphaned ? orphaned.lastAfterMs - whole.lastAfterMs : 0
  return [
    ...(flown.length === loads.length ? [] : [`runs: ${flown.length} of ${loads.length}`]),
    ...flown.flatMap((one, i) => ofRun(one, readers, loads[i] ?? 0)),
    ...(added > addedMs ? [`the last read waited ${Math.round(added)} ms for the owner that was lost`] : []),
  ]
}

function ofRun({ name, readers, answered, otherwise, loads }: Flown, wanted: number, most: number): string[] {
  return [
    ...(readers === wanted ? [] : [`${name}: ${readers} of ${wanted} reads`]),
    ...(answered === readers ? [] : [`${name}: ${answered} of ${readers} got the value (${otherwise})`]),
    ...(loads >= 1 && loads <= most ? [] : [`${name}: ${loads} loads, at most ${most} were expected`]),
  ]
}
