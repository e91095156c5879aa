import { waitUntil } from '@freshet/scripts/processes/wait-until'
import type { Redis } from 'ioredis'

const RETURN_WITHIN_MS = 10_000

/** Closes every subscriber's connection, as a failing network or `client-output-buffer-limit` does. */
export async function killSubscribers(redis: Redis): Promise<void> {
  await redis.client('KILL', 'TYPE', 'PUBSUB')
}

/** How many connections are subscribed to something. */
export async function countSubscribers(redis: Redis): Promise<number> {
  const clients = String(await redis.client('LIST', 'TYPE', 'PUBSUB'))
  return clients.split('\n').filter((line) => line.includes('id=')).length
}

/** Waits until as many are subscribed as before. Throws when they do not return within 10 s. */
export async function awaitSubscribers(redis: Redis, count: number): Promise<void> {
  const areBack = async () => (await countSubscribers(redis)) >= count
  if (!(await waitUntil(areBack, { timeoutMs: RETURN_WITHIN_MS })))
    throw new Error(`of ${count} subscribers, not all returned within ${RETURN_WITHIN_MS} ms`)
}
