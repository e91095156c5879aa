import type { LogSnapshot, Member, MemberTable } from '../../coherence/log.ts'
import type { Version } from '../../coherence/version.ts'
import type { Effect, LogState, RedisState, StreamRecord } from './redis-state.ts'

/*
 * The log's scripts as packages/redis/src/lua has them, each one step. Every one that asks for `Caller` begins a new
 * generation first when the state was written by another server.
 */

export interface Caller {
  /** Of the server that runs the script: its run and its replication history. */
  me: string
  /** What a new generation would be called. */
  nonce: string
}

export interface Page {
  generation: string
  tail: number
  records: readonly StreamRecord[]
}

export function isOurs(state: RedisState, me: string): boolean {
  return state.log?.id === me
}

function enter(state: RedisState, { me, nonce }: Caller): LogState {
  if (state.log !== null && isOurs(state, me)) return state.log
  state.log = { id: me, generation: nonce, epoch: 0, members: new Map(), polls: 0, stream: [] }
  return state.log
}

export function append(caller: Caller, payload: string): Effect<Version> {
  return (state) => {
    const log = enter(state, caller)
    log.epoch++
    log.stream.push({ epoch: log.epoch, payload })
    return { generation: log.generation, epoch: log.epoch }
  }
}

export function poll(
  caller: Caller,
  { nodeId, incarnation, leaseMs }: Pick<Member, 'nodeId' | 'incarnation' | 'leaseMs'>,
  known: { generation: string | null; applied: number },
  pageSize: number,
): Effect<Page> {
  return (state) => {
    const log = enter(state, caller)
    const applied = known.generation === log.generation ? known.applied : 0
    // Counted for all together: a member that was removed and comes back must not look like the one that stood still.
    const polls = ++log.polls
    log.members.set(nameOf({ nodeId, incarnation }), { nodeId, incarnation, applied, polls, leaseMs })
    return pageOf(log, applied, pageSize)
  }
}

/** As `poll`, for one who is no member. */
export function read(
  caller: Caller,
  known: { generation: string | null; applied: number },
  pageSize: number,
): Effect<Page> {
  return (state) => {
    const log = enter(state, caller)
    return pageOf(log, known.generation === log.generation ? known.applied : 0, pageSize)
  }
}

export function members(caller: Caller): Effect<MemberTable> {
  return (state) => {
    const { generation, epoch, members } = enter(state, caller)
    return { generation, tail: epoch, members: [...members.values()] }
  }
}

export function reap(
  caller: Caller,
  generation: string,
  member: Pick<Member, 'nodeId' | 'incarnation' | 'polls'>,
): Effect<boolean> {
  return (state) => {
    const log = enter(state, caller)
    const name = nameOf(member)
    if (log.generation !== generation || log.members.get(name)?.polls !== member.polls) return false
    return log.members.delete(name)
  }
}

export function leave(caller: Caller, member: Pick<Member, 'nodeId' | 'incarnation'>): Effect<boolean> {
  return (state) => enter(state, caller).members.delete(nameOf(member))
}

export function writeSnapshot(caller: Caller, snapshot: LogSnapshot): Effect<boolean> {
  return (state) => {
    const { generation } = enter(state, caller)
    const held = state.snapshot
    if (generation !== snapshot.generation) return false
    if (held?.generation === generation && held.epoch >= snapshot.epoch) return false
    state.snapshot = snapshot
    return true
  }
}

export function readSnapshot(caller: Caller): Effect<LogSnapshot | null> {
  return (state) => {
    const { generation } = enter(state, caller)
    return state.snapshot?.generation === generation ? state.snapshot : null
  }
}

/** Cuts off what the snapshot covers, but for some records to spare. */
export function trim(caller: Caller, spare: number): Effect<void> {
  return (state) => {
    const log = enter(state, caller)
    const upTo = state.snapshot?.generation === log.generation ? state.snapshot.epoch - spare : 0
    log.stream = log.stream.filter(({ epoch }) => epoch > upTo)
  }
}

function pageOf({ generation, epoch, stream }: LogState, applied: number, pageSize: number): Page {
  const records = stream.filter((record) => record.epoch > applied).slice(0, pageSize)
  return { generation, tail: epoch, records }
}

function nameOf({ nodeId, incarnation }: Pick<Member, 'nodeId' | 'incarnation'>): string {
  return `${nodeId}:${incarnation}`
}
