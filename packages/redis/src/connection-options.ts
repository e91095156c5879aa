import { readFileSync } from 'node:fs'
import type { ConnectionOptions as TlsOptions } from 'node:tls'
import type { RedisOptions } from 'ioredis'
import type { RedisUrl, TlsSettings } from './redis-url.ts'

const MAX_RECONNECT_DELAY_MS = 1_000
/** For a TCP connection, and for the answer of a sentinel. */
const CONNECT_TIMEOUT_MS = 2_000

/** How long to wait before the `attempt`-th time. Jitter, so that a fleet does not come back in one wave. */
export function reconnectDelayMs(attempt: number): number {
  return Math.min(MAX_RECONNECT_DELAY_MS, 25 * 2 ** Math.min(attempt, 6)) * (0.5 + Math.random() / 2)
}

/** A random order: if all asked the first of a list, it would carry the fleet, and delay it when it is down. */
export function shuffled<T>(list: readonly T[]): T[] {
  return list
    .map((item) => ({ item, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item)
}

/** Who connects and how, the same for every server of a topology. */
export function accessOptions({ username, password, tls }: RedisUrl): RedisOptions {
  return { username, password, connectTimeout: CONNECT_TIMEOUT_MS, ...(tls && { tls: tlsOptions(tls) }) }
}

/** The same for the sentinels, who have users of their own. */
export function sentinelAccess({ servers, tls }: RedisUrl): Pick<RedisOptions, 'username' | 'password' | 'tls'> {
  if (servers.kind !== 'sentinel') return {}
  const { username, password } = servers
  return { username, password, ...(tls && { tls: tlsOptions(tls) }) }
}

/**
 * Where a connection leads that is no Cluster's. With Sentinel, the master is asked for at each connection, and a server
 * that says of itself that it is none is left at once.
 */
export function serverOptions({ servers, db, tls }: RedisUrl): RedisOptions {
  switch (servers.kind) {
    case 'single':
      return { ...servers.endpoint, db }
    case 'socket':
      return { path: servers.path, db }
    case 'sentinel':
      return {
        sentinels: shuffled(servers.sentinels),
        name: servers.masterName,
        sentinelUsername: servers.username,
        sentinelPassword: servers.password,
        // A sentinel that accepts and says nothing would be waited for without end.
        sentinelCommandTimeout: CONNECT_TIMEOUT_MS,
        sentinelRetryStrategy: reconnectDelayMs,
        ...(tls && { sentinelTLS: tlsOptions(tls), enableTLSForSentinelMode: true }),
        db,
      }
    case 'cluster':
      throw new Error('unreachable: a Cluster is many servers')
  }
}

/**
 * With getters, which whoever connects copies the values of: a certificate that was renewed in its file counts from the next
 * connection on. Throws when a file cannot be read now.
 */
function tlsOptions({ caFile, certFile, keyFile, servername, rejectUnauthorized }: TlsSettings): TlsOptions {
  const options: TlsOptions = { rejectUnauthorized, ...(servername && { servername }) }
  for (const [name, file] of Object.entries({ ca: caFile, cert: certFile, key: keyFile }))
    if (file !== undefined) Object.defineProperty(options, name, { enumerable: true, get: rereader(file) })
  return options
}

/** What it read last when the file is away for a moment, as while it is being replaced. */
function rereader(file: string): () => Buffer {
  let content = readFileSync(file)
  return () => {
    try {
      content = readFileSync(file)
    } catch {
      return content
    }
    return content
  }
}
