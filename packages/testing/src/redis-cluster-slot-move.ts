import type { RedisProcess } from './redis-process.ts'

/** A slot that is under way from one master to another. */
export interface SlotMove {
  from: RedisProcess
  /** Moves up to `count` keys, all by default; resolves to how many. */
  migrate(count?: number): Promise<number>
  /** Gives the slot to its new master and tells everybody. Keys that still lie with the old one are lost. */
  finish(): Promise<void>
}

const KEYS_AT_ONCE = 100
const TIMEOUT_MS = 5_000

/** `masters`: all who hold slots. */
export async function beginSlotMove(
  slot: number,
  from: RedisProcess,
  to: RedisProcess,
  masters: readonly RedisProcess[],
): Promise<SlotMove> {
  const idOf = async (server: RedisProcess) => String(await server.ask((redis) => redis.cluster('MYID')))
  const [fromId, toId] = await Promise.all([idOf(from), idOf(to)])
  // In this order: the other way round, a client that is sent on would be sent back by one that knows nothing of it.
  await to.ask((redis) => redis.call('CLUSTER', 'SETSLOT', slot, 'IMPORTING', fromId))
  await from.ask((redis) => redis.call('CLUSTER', 'SETSLOT', slot, 'MIGRATING', toId))
  return {
    from,
    migrate: (count = Number.POSITIVE_INFINITY) =>
      from.ask(async (redis) => {
        for (let moved = 0; ; ) {
          const keys = (await redis.cluster('GETKEYSINSLOT', slot, Math.min(KEYS_AT_ONCE, count - moved))) as string[]
          if (keys.length === 0) return moved
          await redis.call('MIGRATE', '127.0.0.1', to.reachedAt, '', 0, TIMEOUT_MS, 'KEYS', ...keys)
          moved += keys.length
          if (moved >= count) return moved
        }
      }),
    finish: async () => {
      const others = masters.filter((server) => server !== to && server !== from)
      for (const server of [to, from, ...others])
        await server.ask((redis) => redis.call('CLUSTER', 'SETSLOT', slot, 'NODE', toId))
    },
  }
}
