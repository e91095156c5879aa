import { redisKeys } from '@freshet/core/keys/redis-keys'
import type { Redis } from 'ioredis'

/** Calls back whenever the list of nodes changed; a doorbell only, since messages get lost. Returns what ends that. */
export function onNodesDoorbell(doorbell: Redis, ring: () => void): () => void {
  const subscribe = () => {
    // A subscription that fails is made again on the next connection; announcements tell of changes as well.
    doorbell.subscribe(redisKeys.nodesDoorbell).catch(() => {})
  }
  const hear = (channel: string) => {
    if (channel === redisKeys.nodesDoorbell) ring()
  }
  doorbell.on('ready', subscribe)
  doorbell.on('message', hear)
  if (doorbell.status === 'ready') subscribe()
  return () => {
    doorbell.off('ready', subscribe)
    doorbell.off('message', hear)
  }
}
