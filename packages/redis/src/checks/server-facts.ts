/** Settings of a server that INFO does not tell; null where the account may not read them. */
export const CONFIG_NAMES = [
  'appendfsync',
  'min-replicas-to-write',
  'min-replicas-max-lag',
  'repl-backlog-ttl',
  'cluster-require-full-coverage',
] as const
export type ConfigName = (typeof CONFIG_NAMES)[number]

/** What a Redis says of itself, as far as the checks care. */
export interface ServerFacts {
  /** Tells one running server from another. */
  runId: string
  /** Null where it does not say. */
  version: string | null
  isCluster: boolean
  /** Replicas that are attached to it now. */
  replicas: number
  maxMemoryBytes: number
  maxMemoryPolicy: string
  hasAppendOnlyFile: boolean
  /** Its clock minus ours, milliseconds. */
  clockOffsetMs: number
  config: Readonly<Record<ConfigName, string | null>>
}

/** @param info what INFO answered. */
export function parseServerFacts(info: string, clockOffsetMs: number, config: ServerFacts['config']): ServerFacts {
  const fields = new Map(
    info.split(/\r?\n/).flatMap((line): [string, string][] => {
      const colon = line.indexOf(':')
      return colon > 0 ? [[line.slice(0, colon), line.slice(colon + 1)]] : []
    }),
  )
  return {
    runId: fields.get('run_id') ?? '',
    version: fields.get('redis_version') ?? null,
    isCluster: fields.get('cluster_enabled') === '1',
    replicas: Number(fields.get('connected_slaves') ?? 0),
    maxMemoryBytes: Number(fields.get('maxmemory') ?? 0),
    maxMemoryPolicy: fields.get('maxmemory_policy') ?? 'noeviction',
    hasAppendOnlyFile: fields.get('aof_enabled') === '1',
    clockOffsetMs,
    config,
  }
}

/** A number of the configuration; null where it may not be read. */
export function numberOf(facts: ServerFacts, name: ConfigName): number | null {
  const text = facts.config[name]
  return text === null ? null : Number(text)
}
