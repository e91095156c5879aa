/** What a real Redis, and who asks it, take for each of the log's scripts. Measured in this run, on this machine. */
export interface RedisCosts {
  /** Microseconds of the server's CPU for a poll that brings nothing. */
  pollUs: number
  /** And for each record that it brings. */
  recordUs: number
  /** Bytes of the answer, without and for each record (of one key). */
  pollBytes: number
  recordBytes: number
  /** Microseconds of the asking node's CPU for a poll that brings nothing. */
  pollNodeUs: number
  /** An append, doorbells aside. */
  appendUs: number
  /** To ring one member's doorbell; bells rung in one turn of the server's loop share most of it. */
  doorbellUs: number
  doorbellBytes: number
  members: PerMember
  /** Bytes of a member table's answer. */
  membersBytes: PerMember
  /** Microseconds of the asking node's CPU for a member table. */
  membersNodeUs: PerMember
}

/** A cost that grows with the members: so much, and so much for each of them. */
export interface PerMember {
  base: number
  each: number
}

export function at({ base, each }: PerMember, members: number): number {
  return base + each * members
}

/** The line through two measurements; never below zero for no member. */
export function lineThrough(few: readonly [number, number], many: readonly [number, number]): PerMember {
  const each = Math.max(0, (many[1] - few[1]) / (many[0] - few[0]))
  return { base: Math.max(0, few[1] - each * few[0]), each }
}
