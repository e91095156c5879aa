import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { type CertificateFiles, writeCertificates } from './redis-certificates.ts'
import { type ClusterMember, readMembers, slotOf } from './redis-cluster-members.ts'
import { beginSlotMove, type SlotMove } from './redis-cluster-slot-move.ts'
import { type RedisProcess, startRedisProcess, topologyPorts, untilTopology } from './redis-process.ts'
import { scratchFolder } from './scratch-folder.ts'
import { together, Undo } from './undo.ts'

export interface RedisClusterOptions {
  /** 3 by default, which is the least of which two can elect the replica of the third. */
  masters?: number
  /** Of each master; 1 by default. */
  replicas?: number
  /** Silence after which a member is taken for down, milliseconds; 800 by default. */
  nodeTimeoutMs?: number
  /** Members speak TLS with clients and each other; false by default. */
  tls?: boolean
  /** Further lines of every server's redis.conf. */
  config?: readonly string[]
}

export interface RedisCluster {
  /** For REDIS_URL: all members. */
  url: string
  servers: readonly RedisProcess[]
  /** Masters that hold slots, as the living see them. */
  masters(): Promise<RedisProcess[]>
  /** Who holds a key's slot. */
  masterOf(key: string): Promise<RedisProcess>
  replicasOf(master: RedisProcess): Promise<RedisProcess[]>
  slotOf(key: string): Promise<number>
  /** Opens a slot's way to another master; keys go when told to, and the slot when they have gone. */
  beginSlotMove(slot: number, to: RedisProcess): Promise<SlotMove>
  /** Moves a slot with all its keys; resolves to how many. */
  moveSlot(slot: number, to: RedisProcess): Promise<number>
  /** A planned failover; resolves to the replica that is the master now, once everybody knows. */
  failOver(master: RedisProcess): Promise<RedisProcess>
  /** Resolves to the replica that was promoted for a master that is gone, once all slots are served again. */
  untilReplaced(master: RedisProcess): Promise<RedisProcess>
  /** From now on the master's replicas hear nothing more of what it is told. */
  holdReplication(master: RedisProcess): Promise<void>
  /** Stops all and deletes their data. */
  stop(): Promise<void>
}

const SLOTS = 16_384
/** The user by which replicas follow: switching it off cuts replication and nothing else. */
const FOLLOWER = 'follower'

/**
 * A real Redis Cluster of the test's own (about 3 s): masters with their replicas, slots spread evenly, fast failover. It
 * is made by CLUSTER commands, because `redis-cli --cluster create` is not on every machine.
 */
export async function startRedisCluster(options: RedisClusterOptions = {}): Promise<RedisCluster> {
  const { masters: masterCount = 3, replicas = 1, tls = false } = options
  const undo = new Undo()
  const scratch = undo.add(scratchFolder('redis-cluster'), async ({ remove }) => remove())
  try {
    const count = masterCount * (1 + replicas)
    const ports = await topologyPorts(tls ? 2 * count : count)
    const files = tls ? writeCertificates(scratch.folder) : null
    const servers = await together(
      ports.slice(0, count).map(async (port, i) => {
        const name = `member-${i + 1}`
        const folder = path.join(scratch.folder, name)
        mkdirSync(folder)
        const started = await startRedisProcess({
          ...{ name, port, folder, lines: serverLines(options) },
          ...(files && { tls: { port: ports[count + i] ?? 0, files } }),
        })
        return undo.add(started, (server) => server.stop())
      }),
    )
    await join(servers, masterCount)
    return describe(servers, masterCount, files, undo)
  } catch (error) {
    await undo.all()
    throw error
  }
}

function serverLines({ nodeTimeoutMs = 800, tls = false, config = [] }: RedisClusterOptions): string[] {
  return [
    'cluster-enabled yes',
    ...(tls ? ['tls-cluster yes'] : []),
    'cluster-config-file nodes.conf',
    `cluster-node-timeout ${nodeTimeoutMs}`,
    // A replica may stand for election however long its link was down: tests cut it on purpose.
    'cluster-replica-validity-factor 0',
    // A master that has lost its replicas is not given another's.
    'cluster-allow-replica-migration no',
    'save ""',
    'appendonly no',
    'maxmemory-policy noeviction',
    'repl-diskless-sync-delay 0',
    'repl-ping-replica-period 1',
    'repl-backlog-ttl 0',
    `user ${FOLLOWER} on >${FOLLOWER} +psync +replconf +ping`,
    `masteruser ${FOLLOWER}`,
    `masterauth ${FOLLOWER}`,
    ...config,
  ]
}

async function join(servers: readonly RedisProcess[], masterCount: number): Promise<void> {
  const masters = servers.slice(0, masterCount)
  const [first] = masters
  for (const [i, server] of servers.entries())
    await server.ask(async (redis) => {
      // Different from the start, so that no two masters' claims have to be told apart by chance.
      await redis.cluster('SET-CONFIG-EPOCH', i + 1)
      if (server !== first) await redis.cluster('MEET', '127.0.0.1', first?.reachedAt ?? 0)
    })
  for (const [i, master] of masters.entries()) {
    const from = Math.floor((SLOTS * i) / masterCount)
    const end = Math.floor((SLOTS * (i + 1)) / masterCount)
    const slots = Array.from({ length: end - from }, (_, at) => from + at)
    await master.ask((redis) => redis.cluster('ADDSLOTS', slots))
  }
  await untilTopology('all members to know each other', async () => {
    const views = await Promise.all(servers.map(readMembers))
    return views.every((members) => members.length === servers.length)
  })
  for (const [i, replica] of servers.slice(masterCount).entries()) {
    const master = masters[i % masterCount]
    const id = await master?.ask((redis) => redis.cluster('MYID'))
    await replica.ask((redis) => redis.cluster('REPLICATE', String(id)))
  }
  await untilTopology('all slots to be served and all replicas to follow', async () => {
    const views = await Promise.all(servers.map(readMembers))
    const known = views.every(
      (members) => members.filter(({ isMaster }) => !isMaster).length === servers.length - masterCount,
    )
    const infos = await Promise.all(servers.map((server) => server.ask((redis) => redis.info('replication'))))
    const following = infos.filter((info) => info.includes('master_link_status:up')).length
    return known && following === servers.length - masterCount && (await allServe(servers))
  })
}

async function allServe(servers: readonly RedisProcess[]): Promise<boolean> {
  const infos = await Promise.all(servers.map((server) => server.ask((redis) => redis.cluster('INFO'))))
  return infos.every((info) => String(info).includes('cluster_state:ok'))
}

function describe(
  servers: readonly RedisProcess[],
  masterCount: number,
  files: CertificateFiles | null,
  undo: Undo,
): RedisCluster {
  /** As the first member sees it that answers. */
  const members = (): Promise<ClusterMember[]> => Promise.any(servers.map(readMembers))
  const serverOf = ({ port }: ClusterMember): RedisProcess => {
    const found = servers.find((server) => server.port === port)
    if (!found) throw new Error(`a member that is not ours: ${port}`)
    return found
  }
  const holders = async () =>
    (await members()).filter(({ isMaster, isGone, slots }) => isMaster && !isGone && slots.length > 0)
  const masterOfSlot = async (slot: number) => {
    const holder = (await holders()).find(({ slots }) => slots.some(([from, to]) => from <= slot && slot <= to))
    if (!holder) throw new Error(`nobody holds slot ${slot}`)
    return serverOf(holder)
  }
  const replicasOf = async (master: RedisProcess) => {
    const all = await members()
    const id = all.find(({ port }) => port === master.port)?.id
    return all.filter(({ masterId, isGone }) => masterId === id && !isGone).map(serverOf)
  }
  const untilReplaced = async (old: RedisProcess) => {
    // Who may take its place was settled when the cluster was made: replicas do not wander.
    const heirs = servers.filter(
      (server, i) => server !== old && i % masterCount === servers.indexOf(old) % masterCount,
    )
    let promoted: RedisProcess | undefined
    await untilTopology('the replica to be promoted', async () => {
      const living = await livingOf(servers)
      const views = await Promise.all(living.map(readMembers))
      const holdsSlots = ({ port }: RedisProcess) =>
        views.every((all) => all.some((member) => member.port === port && member.slots.length > 0))
      promoted = living.find((server) => heirs.includes(server) && holdsSlots(server))
      return promoted !== undefined && (await allServe(living))
    })
    if (!promoted) throw new Error('unreachable: untilTopology has found it')
    return promoted
  }
  const move = async (slot: number, to: RedisProcess) =>
    beginSlotMove(slot, await masterOfSlot(slot), to, (await holders()).map(serverOf))
  return {
    url: `${files ? 'rediss' : 'redis'}+cluster://${servers.map(({ reachedAt }) => `127.0.0.1:${reachedAt}`).join(',')}${files ? `?ca=${files.ca}` : ''}`,
    servers,
    masters: async () => (await holders()).map(serverOf),
    masterOf: async (key) => masterOfSlot(await slotOf(servers, key)),
    replicasOf,
    slotOf: (key) => slotOf(servers, key),
    beginSlotMove: move,
    moveSlot: async (slot, to) => {
      const under = await move(slot, to)
      const moved = await under.migrate()
      await under.finish()
      return moved
    },
    failOver: async (master) => {
      const [replica] = await replicasOf(master)
      if (!replica) throw new Error(`${master.name} has no replica`)
      await replica.ask((redis) => redis.cluster('FAILOVER'))
      await untilTopology('everybody to know the new master', async () => {
        const views = await Promise.all((await livingOf(servers)).map(readMembers))
        return views.every((all) => all.some(({ port, slots }) => port === replica.port && slots.length > 0))
      })
      return replica
    },
    untilReplaced,
    holdReplication: (master) =>
      master.ask(async (redis) => {
        await redis.call('ACL', 'SETUSER', FOLLOWER, 'off')
        await redis.call('CLIENT', 'KILL', 'TYPE', 'replica')
      }),
    stop: () => undo.all(),
  }
}

async function livingOf(servers: readonly RedisProcess[]): Promise<RedisProcess[]> {
  const alive = await Promise.all(
    servers.map((server) =>
      server
        .ask((redis) => redis.ping())
        .then(
          () => true,
          () => false,
        ),
    ),
  )
  return servers.filter((_, i) => alive[i])
}
