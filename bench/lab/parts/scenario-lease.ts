/** Scenarios aim at parts of a lease: shorter, and a busy machine misses them. */
export const SCENARIO_LEASE_MS = 800
