import type { RedisProcess } from './redis-process.ts'

/** One line of CLUSTER NODES. */
export interface ClusterMember {
  id: string
  port: number
  isMaster: boolean
  /** Taken for down by the one who was asked. */
  isGone: boolean
  masterId: string | null
  /** Ranges, both ends included. */
  slots: (readonly [from: number, to: number])[]
}

/** The cluster as one of its members sees it. */
export async function readMembers(server: RedisProcess): Promise<ClusterMember[]> {
  const text = String(await server.ask((redis) => redis.cluster('NODES')))
  return text.trim().split('\n').map(memberOf)
}

/** The slot of a key, by one who answers. */
export async function slotOf(servers: readonly RedisProcess[], key: string): Promise<number> {
  return Number(await Promise.any(servers.map((server) => server.ask((redis) => redis.cluster('KEYSLOT', key)))))
}

function memberOf(line: string): ClusterMember {
  const [id = '', address = '', flags = '', master = '-', , , , , ...slots] = line.split(' ')
  return {
    id,
    port: Number(/:(\d+)@/.exec(address)?.[1]),
    isMaster: flags.split(',').includes('master'),
    isGone: /\bfail\b|fail\?|noaddr/.test(flags),
    masterId: master === '-' ? null : master,
    slots: slots.flatMap((range) => {
      const [from = '', to = from] = range.split('-')
      // In brackets: a slot that is under way.
      return range.startsWith('[') ? [] : [[Number(from), Number(to)] as const]
    }),
  }
}
