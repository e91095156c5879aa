import { redisKeys } from '@freshet/core/keys/redis-keys'
import { Cluster, Command, Redis, type RedisOptions } from 'ioredis'
import { ClusterDirectory } from './cluster-directory.ts'
import { accessOptions, reconnectDelayMs, serverOptions, shuffled } from './connection-options.ts'
import { giveUpStalled } from './give-up-stalled.ts'
import { leaveWrongServer } from './leave-wrong-server.ts'
import { type Endpoint, parseRedisUrl, type RedisUrl } from './redis-url.ts'
import { leaveWhenSwitched } from './sentinel-watch.ts'
import { slotConnector } from './slot-connector.ts'
import { SlotFinder } from './slot-finder.ts'
import { withoutArguments } from './without-arguments.ts'

/** One server, found by address or by Sentinel; or a Cluster, whose commands find their way by their keys. */
export type RedisClient = Redis | Cluster

/** What a connection is for; it shows in `CLIENT LIST` and decides how patient the connection is. */
export interface ConnectionOptions {
  /** See `parseRedisUrl`; throws its errors. */
  url: string
  /** E.g. `node-1/log`. */
  name: string
  /**
   * Milliseconds without any byte from Redis, while commands wait, after which the connection is given up and every
   * waiting command rejected. 0: never.
   */
  stallMs: number
  onError: (error: Error) => void
}

/** As many as a slot that is moved twice in a row needs; more are a cluster whose members contradict each other. */
const MAX_REDIRECTIONS = 5

/**
 * For requests with a caller: nothing is queued while Redis is away and nothing is sent twice, because the caller has a
 * better answer than waiting (its policy) and only it knows whether a repeat is safe.
 *
 * Always one server and one connection to it; on a Cluster, to the master of the slot of the key `near`, by default the
 * log's. So what counts on it holds there too: commands are done in their order, WAIT is about what this connection wrote,
 * a subscription hears what that server publishes, no copy answers. While the slot's keys are on their way to another
 * master, they are in neither place whole, and commands are rejected.
 */
export function connectRedis({ near = redisKeys.logMeta, ...options }: ConnectionOptions & { near?: string }): Redis {
  const { url, name, stallMs, onError } = options
  const parsed = parseRedisUrl(url)
  const redis = new Redis({ ...oneServer(parsed, near), ...CALLERS, connectionName: name })
  redis.on('error', withoutArguments(onError))
  if (stallMs > 0) giveUpStalled(redis, stallMs)
  leaveWhenSwitched(redis, parsed)
  return redis
}

/**
 * The same for keys of all slots. On a Cluster, each command finds the master of its key, and what concerns a part that
 * cannot be reached is rejected at once, while the rest is answered. A command that a master would not do and sent
 * elsewhere (MOVED, ASK) does go there: it has not been done.
 */
export function connectRouted(options: ConnectionOptions): RedisClient {
  const url = parseRedisUrl(options.url)
  return url.servers.kind === 'cluster' ? connectCluster(url, url.servers.seeds, options) : connectRedis(options)
}

/**
 * Options of a connection to one server.
 * @param near on a Cluster, the key whose master is meant.
 */
export function oneServer(url: RedisUrl, near: string): RedisOptions {
  const access = accessOptions(url)
  if (url.servers.kind !== 'cluster')
    return { ...serverOptions(url), ...access, reconnectOnError: leaveWrongServer(() => {}) }
  const finder = new SlotFinder(new Command('get', [near]).getSlot(), directoryOf(url, url.servers.seeds))
  return {
    ...access,
    Connector: slotConnector(finder, access.tls),
    reconnectOnError: leaveWrongServer((error) => finder.suggest(error)),
  }
}

/** One of each Cluster: connections that lose the same master look for the next one together. */
const directories = new Map<string, ClusterDirectory>()

function directoryOf(url: RedisUrl, seeds: readonly Endpoint[]): ClusterDirectory {
  const key = JSON.stringify(url)
  const directory = directories.get(key) ?? new ClusterDirectory(seeds, accessOptions(url))
  directories.set(key, directory)
  return directory
}

const CALLERS: RedisOptions = {
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  // ioredis would subscribe again by itself and hear nobody's rejection: a connection that is lost just then ended the
  // whole process. Subscribers subscribe whenever the connection is ready.
  autoResubscribe: false,
  retryStrategy: reconnectDelayMs,
}

function connectCluster(url: RedisUrl, seeds: readonly Endpoint[], options: ConnectionOptions): Cluster {
  const { name, stallMs, onError } = options
  const cluster = new Cluster(shuffled(seeds), {
    enableOfflineQueue: false,
    // It would ask a member whose connection is just being made, be refused, and begin again, by chance for ever. Members
    // are checked one by one.
    enableReadyCheck: false,
    // A copy may lag: what it answers is judged like everything, but it would miss what its master has.
    scaleReads: 'master',
    maxRedirections: MAX_REDIRECTIONS,
    // Both would send again what may have been done, or what the caller no longer waits for.
    retryDelayOnFailover: 0,
    retryDelayOnClusterDown: 0,
    slotsRefreshTimeout: 2_000,
    clusterRetryStrategy: reconnectDelayMs,
    // Certificates are for names: they must reach the connection as they are.
    dnsLookup: (address, callback) => callback(null, address),
    redisOptions: { ...accessOptions(url), autoResendUnfulfilledCommands: false, connectionName: name },
  })
  cluster.on('error', withoutArguments(onError))
  cluster.on('node error', withoutArguments(onError))
  cluster.on('+node', (node: Redis) => {
    if (stallMs > 0) giveUpStalled(node, stallMs)
    // Members are connected to by their first command, and all that come before that is done are rejected. Not at once:
    // the command for which it was found may queue there.
    setImmediate(() => {
      if (node.status === 'wait' && !node.options.readOnly) node.connect().catch(() => {})
    })
  })
  return cluster
}
