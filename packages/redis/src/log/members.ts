import type { LogMembers, Member, MemberTable } from '@freshet/core/coherence/log'
import { z } from 'zod'
import type { RedisClient } from '../connection.ts'
import { type LogScript, logScript, logUnavailable } from './log-script.ts'

const MembersReply = z.tuple([z.string(), z.number(), z.array(z.string())])
/** Names of nodes may hold colons, incarnations do not. */
const FIELD = /^m:(.+):([^:]+)$/
const POSITION = /^(\d+):(\d+):(\d+)$/

/** The members of the log, as poll.lua wrote them down. */
export class RedisLogMembers implements LogMembers {
  private readonly runMembers: LogScript
  private readonly runReap: LogScript

  constructor(redis: RedisClient) {
    this.runMembers = logScript(redis, 'members')
    this.runReap = logScript(redis, 'reap')
  }

  async members(): Promise<MemberTable> {
    const [generation, tail, fields] = MembersReply.parse(await this.runMembers())
    const members: Member[] = []
    for (let i = 0; i < fields.length; i += 2) {
      const field = fields[i] ?? ''
      if (field.startsWith('m:')) members.push(parseMember(field, fields[i + 1] ?? ''))
    }
    return { generation, tail, members }
  }

  async reap(
    generation: string,
    { nodeId, incarnation, polls }: Pick<Member, 'nodeId' | 'incarnation' | 'polls'>,
  ): Promise<boolean> {
    return (await this.runReap(generation, memberName(nodeId, incarnation), polls)) === 1
  }
}

/** A member's name in the log. */
export function memberName(nodeId: string, incarnation: string): string {
  return `${nodeId}:${incarnation}`
}

/** Throws when it cannot be read: a member that was left out would not be waited for (rule waitAll). */
function parseMember(field: string, value: string): Member {
  const name = FIELD.exec(field)
  const position = POSITION.exec(value)
  if (!name || !position) return logUnavailable(new Error(`a member that cannot be read: ${field} = ${value}`))
  const [, nodeId = '', incarnation = ''] = name
  const [, applied, polls, leaseMs] = position.map(Number)
  return { nodeId, incarnation, applied: applied ?? 0, polls: polls ?? 0, leaseMs: leaseMs ?? 0 }
}
