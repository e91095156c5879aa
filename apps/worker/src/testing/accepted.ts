import { randomUUID } from 'node:crypto'
import type { Cause } from '@freshet/core/coherence/log-record'
import type { Db } from '@freshet/db/client'
import { verifyChain } from '@freshet/db/queries/audit-verify'
import { RedisAppendLog } from '@freshet/redis/log/append-log'
import type { Redis } from 'ioredis'
import { expect } from 'vitest'

export function causeOf(id: string): Cause {
  return { id, actor: 'key:test', requestId: `request of ${id}` }
}

/** Invalidates at a steady rate and keeps the id of everything that was accepted: what the audit must hold. */
export class Accepted {
  readonly ids: string[] = []
  private readonly log: RedisAppendLog
  private timer: NodeJS.Timeout | undefined

  constructor(redis: Redis) {
    this.log = new RedisAppendLog(redis, 1_000_000)
  }

  async invalidate(count: number): Promise<void> {
    await Promise.all(
      Array.from({ length: count }, async () => {
        const id = randomUUID()
        await this.log.append({ kind: 'keys', keys: [`shop:${id}`], cause: causeOf(id) })
        this.ids.push(id)
      }),
    )
  }

  /** So many a second, until stopped. */
  rain(perSecond: number): void {
    this.timer = setInterval(() => void this.invalidate(perSecond / 20), 50)
  }

  stop(): void {
    clearInterval(this.timer)
  }
}

/** Resolves when the audit holds each of these invalidations, and fails unless it does so exactly once and in a chain. */
export async function expectAudited(db: Db, ids: readonly string[], withinMs: number): Promise<void> {
  const audited = async () =>
    (await db.auditEntry.findMany({ select: { causeId: true } })).map(({ causeId }) => causeId)
  const missing = async () => {
    const held = new Set(await audited())
    return ids.filter((id) => !held.has(id))
  }
  await expect.poll(() => missing().catch(() => ids), { timeout: withinMs, interval: 500 }).toEqual([])
  expect((await audited()).sort()).toEqual([...ids].sort())
  expect(await verifyChain(db)).toMatchObject({ broken: null, complete: true, checked: ids.length })
}
