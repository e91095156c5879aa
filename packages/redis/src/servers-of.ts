import { Redis } from 'ioredis'
import { clusterServers } from './cluster-servers.ts'
import type { RedisClient } from './connection.ts'
import type { Servers } from './masters.ts'

export function serversOf(client: RedisClient): Servers {
  if (!(client instanceof Redis)) return clusterServers(client)
  const layout = { masters: [{ name: 'only', redis: client }], version: 'only' }
  return { client, layout: async () => layout, sentAhead: async () => [] }
}
