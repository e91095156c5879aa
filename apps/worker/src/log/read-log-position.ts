import { redisKeys } from '@freshet/core/keys/redis-keys'
import type { RedisLogMembers } from '@freshet/redis/log/members'
import type { Redis } from 'ioredis'

/** How far everybody is who matters to the log's upkeep; epochs of its present generation. */
export interface LogPosition {
  generation: string
  tail: number
  records: number
  members: number
  archived: number
  snapshot: number
}

/** Reads it in one round trip after the member table. Rejects when Redis cannot be asked. */
export async function readLogPosition(redis: Redis, members: Pick<RedisLogMembers, 'members'>): Promise<LogPosition> {
  const table = await members.members()
  const [archived, snapshot, records] = await Promise.all([
    redis.hget(redisKeys.logProgress, `archived:${table.generation}`),
    redis.getrangeBuffer(redisKeys.logSnapshot, 0, 15),
    redis.xlen(redisKeys.logStream),
  ])
  return {
    generation: table.generation,
    tail: table.tail,
    records,
    members: table.members.length,
    archived: Number(archived ?? 0),
    snapshot: snapshotEpoch(snapshot, table.generation),
  }
}

/** A snapshot begins with its generation (8 bytes) and epoch (8 bytes). 0 when it is none or another generation's. */
function snapshotEpoch(head: Buffer, generation: string): number {
  if (head.length < 16 || head.toString('hex', 0, 8) !== generation) return 0
  return Number(head.readBigUInt64BE(8))
}
