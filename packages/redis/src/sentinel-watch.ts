import { Redis } from 'ioredis'
import { accessOptions, reconnectDelayMs, sentinelAccess } from './connection-options.ts'
import type { RedisUrl } from './redis-url.ts'

const CHANNEL = '+switch-master'

interface Watch {
  listeners: Set<() => void>
  sentinels: Redis[]
}

/** One for all connections of this process to the same master: each of its own would be thousands for a fleet. */
const watches = new Map<string, Watch>()

/**
 * Makes a connection look for the master anew when the sentinels have made another server the master. In a planned
 * failover the old one is told to step down only about ten seconds later, and until then it takes what its clients send,
 * to lose it: they must leave by themselves.
 *
 * For speed: what holds whoever missed it is that the old master refuses (rule fence), and that the log's scripts know the
 * server on which they run. Not ioredis's `failoverDetector`: of that every connection has one, and what those reject when
 * they subscribe again is heard by nobody, which ends the process.
 */
export function leaveWhenSwitched(redis: Redis, url: RedisUrl): void {
  // Only one that is connected: to close one that is just looking for the master would close it for good.
  const leave = () => redis.status === 'ready' && redis.disconnect(true)
  redis.once('end', onMasterSwitched(url, leave))
}

/** @returns ends it. */
function onMasterSwitched(url: RedisUrl, listener: () => void): () => void {
  if (url.servers.kind !== 'sentinel') return () => {}
  const key = JSON.stringify(url)
  const watch = watches.get(key) ?? begin(key, url)
  watch.listeners.add(listener)
  return () => {
    watch.listeners.delete(listener)
    if (watch.listeners.size > 0) return
    if (watches.get(key) === watch) watches.delete(key)
    for (const sentinel of watch.sentinels) sentinel.disconnect()
  }
}

function begin(key: string, url: RedisUrl): Watch {
  const { servers } = url
  if (servers.kind !== 'sentinel') throw new Error('unreachable: only Sentinel is watched')
  const listeners = new Set<() => void>()
  const sentinels = servers.sentinels.map((endpoint) => {
    const sentinel = new Redis({
      ...accessOptions(url),
      ...sentinelAccess(url),
      ...endpoint,
      enableReadyCheck: false,
      enableOfflineQueue: false,
      autoResubscribe: false,
      retryStrategy: reconnectDelayMs,
    })
    // One that is down is told of by those that ask it for the master.
    sentinel.on('error', () => {})
    sentinel.on('ready', () => sentinel.subscribe(CHANNEL).catch(() => {}))
    sentinel.on('message', (_channel, message: string) => {
      if (message.startsWith(`${servers.masterName} `)) for (const listener of listeners) listener()
    })
    return sentinel
  })
  const watch = { listeners, sentinels }
  watches.set(key, watch)
  return watch
}
