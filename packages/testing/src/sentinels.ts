import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { type CertificateFiles, writeCertificates } from './redis-certificates.ts'
import { type RedisProcess, startRedisProcess, topologyPorts, untilTopology } from './redis-process.ts'
import { scratchFolder } from './scratch-folder.ts'
import { together, Undo } from './undo.ts'

export interface SentinelsOptions {
  /** 2 by default. */
  replicas?: number
  /** 3 by default; a majority of them decides. */
  sentinels?: number
  /** Silence after which a sentinel takes a server for down, milliseconds; 500 by default. */
  downAfterMs?: number
  /** Replicas without which a master refuses writes (the fence); 0, none, by default. */
  minReplicasToWrite?: number
  /** How far those may lag, seconds; 1 by default. */
  minReplicasMaxLagS?: number
  /** Servers and sentinels speak TLS with clients and each other; false by default. */
  tls?: boolean
  /** Further lines of every server's redis.conf. */
  config?: readonly string[]
  /** A user of the sentinels' own (of `ACL SETUSER`, with the name `freshet` and `>password`); none by default. */
  sentinelUser?: string
  /** Whether data survives a restart; false by default. */
  appendonly?: boolean
}

/** A master, its replicas, and sentinels that watch them. */
export interface Sentinels {
  /** For REDIS_URL: all sentinels and the master's name. */
  url: string
  masterName: string
  /** The first began as the master. */
  servers: readonly RedisProcess[]
  sentinels: readonly RedisProcess[]
  /** Whom the sentinels name. Rejects when none of them answers. */
  master(): Promise<RedisProcess>
  /** A planned failover; resolves to the new master once it takes writes. */
  failOver(): Promise<RedisProcess>
  /** Resolves to the master that took the place of `old`, once it takes writes. */
  untilReplaced(old: RedisProcess): Promise<RedisProcess>
  /** Resolves once every living server but the master follows it. */
  untilFollowed(): Promise<void>
  /** From now on the master's replicas hear nothing more of what it is told, until `resumeReplication`. */
  holdReplication(): Promise<void>
  resumeReplication(server: RedisProcess): Promise<void>
  /** Stops all and deletes their data. */
  stop(): Promise<void>
}

const MASTER_NAME = 'freshet'
/** The user by which replicas follow: switching it off cuts replication and nothing else. */
const FOLLOWER = 'follower'

/**
 * A real master with replicas and sentinels of the test's own (about 3 s), with fast failover: a master that is killed is
 * replaced in about 1.5 s. Everything is in sync and known to everybody when it resolves: attaching a first replica
 * changes the replication id, which is no start for a test of generations.
 */
export async function startSentinels(options: SentinelsOptions = {}): Promise<Sentinels> {
  const { replicas = 2, sentinels: sentinelCount = 3, downAfterMs = 500, tls = false } = options
  const undo = new Undo()
  const scratch = undo.add(scratchFolder('sentinels'), async ({ remove }) => remove())
  const count = 1 + replicas + sentinelCount
  const ports = await topologyPorts(tls ? 2 * count : count)
  const files = tls ? writeCertificates(scratch.folder) : null
  const masterPort = ports[files ? count : 0]
  const start = async (name: string, nth: number, lines: string[], kind: 'server' | 'sentinel') => {
    const folder = path.join(scratch.folder, name)
    mkdirSync(folder)
    const secure = files && { tls: { port: ports[count + nth] ?? 0, files } }
    const started = await startRedisProcess({ name, port: ports[nth] ?? 0, folder, lines, kind, ...secure })
    return undo.add(started, (server) => server.stop())
  }
  try {
    const servers = await together(
      Array.from({ length: 1 + replicas }, (_, i) =>
        start(`server-${i + 1}`, i, serverLines(options, i === 0 ? null : masterPort), 'server'),
      ),
    )
    await untilTopology('the replicas to follow', () => isFollowed(servers, servers[0], replicas))
    const sentinels = await together(
      Array.from({ length: sentinelCount }, (_, i) =>
        start(`sentinel-${i + 1}`, 1 + replicas + i, sentinelLines(options, masterPort), 'sentinel'),
      ),
    )
    const topology = describe(servers, sentinels, queryOf(options, files), undo)
    await untilTopology('the sentinels to know each other', async () => {
      const facts = await Promise.all(sentinels.map((sentinel) => factsOf(sentinel)))
      return facts.every(
        (fact) =>
          fact.get('num-slaves') === `${replicas}` && fact.get('num-other-sentinels') === `${sentinelCount - 1}`,
      )
    })
    await untilTopology('every sentinel to hear all of it', async () => {
      // A failover that is asked for before the replicas' first INFO arrived finds nobody to promote.
      const known = await Promise.all(sentinels.map((sentinel) => replicaFlags(sentinel)))
      return known.flat().every((flags) => flags === 'slave')
    })
    // Down to it: a planned failover is refused when the one before has just been (twice this time).
    await Promise.all(
      sentinels.map((sentinel) =>
        sentinel.ask((redis) => redis.call('SENTINEL', 'SET', MASTER_NAME, 'down-after-milliseconds', downAfterMs)),
      ),
    )
    return topology
  } catch (error) {
    await undo.all()
    throw error
  }
}

function serverLines(options: SentinelsOptions, masterPort: number | null | undefined): string[] {
  const { minReplicasToWrite = 0, minReplicasMaxLagS = 1, config = [], appendonly = false } = options
  return [
    'save ""',
    `appendonly ${appendonly ? 'yes' : 'no'}`,
    'maxmemory-policy noeviction',
    'repl-diskless-sync-delay 0',
    'repl-ping-replica-period 1',
    'repl-backlog-ttl 0',
    `min-replicas-to-write ${minReplicasToWrite}`,
    `min-replicas-max-lag ${minReplicasMaxLagS}`,
    `user ${FOLLOWER} on >${FOLLOWER} +psync +replconf +ping`,
    `masteruser ${FOLLOWER}`,
    `masterauth ${FOLLOWER}`,
    ...config,
    ...(masterPort ? [`replicaof 127.0.0.1 ${masterPort}`] : []),
  ]
}

function sentinelLines({ downAfterMs = 500, sentinelUser }: SentinelsOptions, masterPort = 0): string[] {
  return [
    `sentinel monitor ${MASTER_NAME} 127.0.0.1 ${masterPort} 2`,
    // While all of them still start, none must take another for down.
    `sentinel down-after-milliseconds ${MASTER_NAME} ${Math.max(downAfterMs, 5_000)}`,
    `sentinel failover-timeout ${MASTER_NAME} 3000`,
    `sentinel parallel-syncs ${MASTER_NAME} 2`,
    ...(sentinelUser ? [`user ${sentinelUser}`] : []),
  ]
}

function describe(
  servers: readonly RedisProcess[],
  sentinels: readonly RedisProcess[],
  query: string,
  undo: Undo,
): Sentinels {
  const secure = sentinels.some(({ port, reachedAt }) => port !== reachedAt)
  const master = async () => {
    const named = sentinels.map((sentinel) =>
      sentinel.ask((redis) => redis.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', MASTER_NAME)),
    )
    const address = await Promise.any(named)
    const port = Number(Array.isArray(address) ? address[1] : 0)
    const found = servers.find((server) => server.reachedAt === port)
    if (!found) throw new Error(`the sentinels name a master that is not ours: ${address}`)
    return found
  }
  const untilReplaced = async (old: RedisProcess) => {
    let current = old
    await untilTopology('another master', async () => {
      current = await master()
      return current.port !== old.port && (await roleOf(current)) === 'master'
    })
    return current
  }
  const following = async () => {
    const current = await master()
    const living = await Promise.all(servers.map((server) => roleOf(server).catch(() => null)))
    return isFollowed(servers, current, living.filter((role) => role !== null).length - 1)
  }
  return {
    url: `${secure ? 'rediss' : 'redis'}+sentinel://${sentinels.map(({ reachedAt }) => `127.0.0.1:${reachedAt}`).join(',')}/${MASTER_NAME}${query}`,
    masterName: MASTER_NAME,
    servers,
    sentinels,
    master,
    untilReplaced,
    failOver: async () => {
      const old = await master()
      await sentinels[0]?.ask((redis) => redis.call('SENTINEL', 'FAILOVER', MASTER_NAME))
      return untilReplaced(old)
    },
    untilFollowed: () => untilTopology('the replicas to follow', following),
    holdReplication: async () => {
      await (await master()).ask(async (redis) => {
        await redis.call('ACL', 'SETUSER', FOLLOWER, 'off')
        await redis.call('CLIENT', 'KILL', 'TYPE', 'replica')
      })
    },
    resumeReplication: async (server) => {
      await server.ask((redis) => redis.call('ACL', 'SETUSER', FOLLOWER, 'on'))
    },
    stop: () => undo.all(),
  }
}

function queryOf({ sentinelUser }: SentinelsOptions, files: CertificateFiles | null): string {
  const options = new URLSearchParams({
    ...(files && { ca: files.ca }),
    ...(sentinelUser && { sentinelUsername: 'freshet', sentinelPassword: 'password' }),
  })
  return options.size > 0 ? `?${options}` : ''
}

/** Whether that many of the servers follow the master. */
async function isFollowed(servers: readonly RedisProcess[], master: RedisProcess | undefined, count: number) {
  const infos = await Promise.all(
    servers.filter((server) => server !== master).map((server) => replicationOf(server).catch(() => '')),
  )
  const port = `master_port:${master?.reachedAt}\r`
  return infos.filter((info) => info.includes(port) && info.includes('master_link_status:up')).length === count
}

const replicationOf = (server: RedisProcess) => server.ask((redis) => redis.info('replication'))

async function roleOf(server: RedisProcess): Promise<string> {
  return /role:(\w+)/.exec(await replicationOf(server))?.[1] ?? ''
}

/** What a sentinel knows of the master. */
async function factsOf(sentinel: RedisProcess): Promise<Map<string, string>> {
  const fields = await sentinel.ask((redis) => redis.call('SENTINEL', 'MASTER', MASTER_NAME))
  return pairs(fields)
}

async function replicaFlags(sentinel: RedisProcess): Promise<string[]> {
  const replicas = await sentinel.ask((redis) => redis.call('SENTINEL', 'REPLICAS', MASTER_NAME))
  return Array.isArray(replicas) ? replicas.map((fields) => pairs(fields).get('flags') ?? '') : []
}

function pairs(fields: unknown): Map<string, string> {
  const found = new Map<string, string>()
  if (Array.isArray(fields)) for (let i = 0; i < fields.length; i += 2) found.set(`${fields[i]}`, `${fields[i + 1]}`)
  return found
}
