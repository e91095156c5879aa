import { setTimeout as sleep } from 'node:timers/promises'
import type { ThrowawayRedis } from '@freshet/testing/redis'
import type { TcpProxy } from '@freshet/testing/tcp-proxy'
import type { Redis } from 'ioredis'
import type { Answer, Contestant, Member, Target } from './contestants/contestant.ts'
import type { Source } from './source.ts'

/** The row before the change that is invalidated, and after it. */
export const OLD = 1
export const NEW = 2

const RETRY_FOR_MS = 20_000
const RETRY_EVERY_MS = 50

/** One contestant's world; nothing in it is shared with another's. */
export interface World {
  contestant: Contestant
  source: Source
  server: ThrowawayRedis
  /** For faults and for looking; no contestant uses it. */
  redis: Redis
  proxy: TcpProxy
}

/** One trial of a race: a key that was never used before. */
export interface Trial extends World {
  key: string
  /** What is waited, after an invalidation was acknowledged, for those who promise to be right only eventually. */
  settle(): Promise<void>
}

/** Has every member cache the old row, and makes sure that they do: a cache that always loads is never stale. */
export async function cacheEverywhere({ contestant, source, key }: Trial, tag?: string): Promise<void> {
  source.write(key, OLD)
  const members = [contestant.near, contestant.far]
  for (const member of members) await expectOld(member, key, tag)
  const loads = source.loadsOf(key)
  for (const member of members) await expectOld(member, key, tag)
  if (source.loadsOf(key) !== loads) throw new Error(`${contestant.name} loads what it should have cached`)
}

async function expectOld(member: Member, key: string, tag?: string): Promise<void> {
  const answer = await readUntilAnswered(member, key, tag)
  if (answer.kind !== 'value' || answer.value !== OLD)
    throw new Error(`before the race, ${key} was to be ${OLD} and is ${JSON.stringify(answer)}`)
}

/** Changes the row. */
export function changeRow({ source, key }: Trial): void {
  source.write(key, NEW)
}

/**
 * Invalidates until it is acknowledged: a refusal promises nothing, and callers try again. Throws when it still is refused
 * after 20 s.
 */
export async function invalidate(member: Member, target: Target): Promise<void> {
  const untilMs = performance.now() + RETRY_FOR_MS
  for (;;) {
    try {
      return await member.invalidate(target)
    } catch (error) {
      if (performance.now() > untilMs) throw error
      await sleep(RETRY_EVERY_MS)
    }
  }
}

/** Reads until there is an answer other than an error, for 20 s at most. */
export async function readUntilAnswered(member: Member, key: string, tag?: string): Promise<Answer> {
  const untilMs = performance.now() + RETRY_FOR_MS
  for (;;) {
    const answer = await member.read(key, tag)
    if (answer.kind !== 'error' || performance.now() > untilMs) return answer
    await sleep(RETRY_EVERY_MS)
  }
}
