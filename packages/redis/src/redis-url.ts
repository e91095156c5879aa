/** A host and a port of it. */
export interface Endpoint {
  host: string
  port: number
}

/** Which servers an address means. */
export type RedisServers =
  | { kind: 'single'; endpoint: Endpoint }
  | { kind: 'socket'; path: string }
  | { kind: 'sentinel'; sentinels: Endpoint[]; masterName: string; username?: string; password?: string }
  | { kind: 'cluster'; seeds: Endpoint[] }

/** Paths of files, read when a connection is made. */
export interface TlsSettings {
  caFile?: string
  certFile?: string
  keyFile?: string
  /** The name that certificates must bear, where servers are reached by address. */
  servername?: string
  /** False: any certificate will do. */
  rejectUnauthorized: boolean
}

/** What REDIS_URL says. */
export interface RedisUrl {
  servers: RedisServers
  /** Of an ACL user; without one the password is the default user's. */
  username?: string
  password?: string
  db: number
  tls: TlsSettings | null
}

const SHAPE = /^([a-z+]+):\/\/([^/?]*)(\/[^?]*)?(?:\?(.*))?$/is
const SCHEMES = ['redis', 'rediss', 'unix', 'redis+sentinel', 'rediss+sentinel', 'redis+cluster', 'rediss+cluster']
const TLS_OPTIONS = ['ca', 'cert', 'key', 'servername', 'rejectUnauthorized']
const SENTINEL_OPTIONS = ['sentinelUsername', 'sentinelPassword']

/**
 * Reads the address of a Redis, whatever its topology:
 * - `redis://user:password@host:6379/0`, `rediss://...` over TLS, `unix://user:password@/run/redis.sock?db=0`
 * - `redis+sentinel://user:password@host1:26379,host2:26379/master-name/0?sentinelUsername=...&sentinelPassword=...`: user
 *   and password are the Redis servers', the options the sentinels' own
 * - `redis+cluster://user:password@host1:7000,host2:7001`
 *
 * With `rediss` also `?ca=`, `cert=`, `key=` (files), `servername=` and `rejectUnauthorized=false`. Not the platform's URL
 * class: it refuses lists of hosts.
 *
 * Throws an Error that says what is wrong and repeats no secret.
 */
export function parseRedisUrl(text: string): RedisUrl {
  const [, scheme = '', authority = '', path = '', query = ''] = SHAPE.exec(text.trim()) ?? []
  const name = scheme.toLowerCase()
  if (!SCHEMES.includes(name))
    throw new Error(`must begin with one of ${SCHEMES.map((known) => `${known}://`).join(', ')}`)
  const [protocol = '', topology = 'single'] = name === 'unix' ? ['redis', 'socket'] : name.split('+')
  const secure = protocol === 'rediss'
  // The last one, as browsers do: passwords with an @ that was not encoded are a frequent slip, hosts have none.
  const at = authority.lastIndexOf('@')
  const options = readOptions(query, [
    ...(secure ? TLS_OPTIONS : []),
    ...(topology === 'sentinel' ? SENTINEL_OPTIONS : []),
    ...(topology === 'socket' ? ['db'] : []),
  ])
  const hosts = authority.slice(at + 1)
  const segments = topology === 'socket' ? [] : path.split('/').slice(1)
  const servers = serversOf(topology, hosts, path, segments, options)
  const db = dbOf(topology, segments, options)
  return { servers, ...credentialsOf(authority.slice(0, Math.max(0, at))), db, tls: secure ? tlsOf(options) : null }
}

function serversOf(
  topology: string,
  hosts: string,
  path: string,
  segments: string[],
  options: Map<string, string>,
): RedisServers {
  switch (topology) {
    case 'socket':
      if (hosts !== '') throw new Error('must name a file after unix://, as in unix:///run/redis.sock')
      if (path.length < 2) throw new Error('must name the file of a socket, as in unix:///run/redis.sock')
      return { kind: 'socket', path: decode(path, 'the path') }
    case 'sentinel': {
      const masterName = decode(segments.shift() ?? '', 'the name of the master')
      if (masterName === '') throw new Error('must name the master after the sentinels, as in .../mymaster')
      const own = { username: options.get('sentinelUsername'), password: options.get('sentinelPassword') }
      if (own.username && !own.password) throw new Error('has a sentinelUsername and no sentinelPassword')
      return { kind: 'sentinel', sentinels: endpointsOf(hosts, 26_379), masterName, ...own }
    }
    case 'cluster':
      return { kind: 'cluster', seeds: endpointsOf(hosts, 6_379) }
    default: {
      const [endpoint, second] = endpointsOf(hosts, 6_379)
      if (!endpoint || second) throw new Error('names several hosts: say redis+sentinel:// or redis+cluster://')
      return { kind: 'single', endpoint }
    }
  }
}

function endpointsOf(hosts: string, defaultPort: number): Endpoint[] {
  return hosts.split(',').map((text) => {
    const [, bracketed, plain, port] = /^(?:\[([\da-f:.]+)\]|([^\s:[\]#]+))(?::(\d+))?$/i.exec(text.trim()) ?? []
    const host = bracketed ?? plain
    const number = port === undefined ? defaultPort : Number(port)
    // Not repeated in the message: where a password has a slash that is not encoded, this is a part of it.
    if (host === undefined || number < 1 || number > 65_535)
      throw new Error(
        'has a host that is none (host:port, IPv6 in brackets); signs in a password must be percent-encoded',
      )
    return { host, port: number }
  })
}

function credentialsOf(userinfo: string): Pick<RedisUrl, 'username' | 'password'> {
  const [name = '', ...rest] = userinfo.split(':')
  const username = decode(name, 'the user name')
  const password = decode(rest.join(':'), 'the password')
  if (username && !password) throw new Error('has a user name and no password (user:password@host)')
  return { ...(username && { username }), ...(password && { password }) }
}

function dbOf(topology: string, segments: string[], options: Map<string, string>): number {
  const [text = '', ...more] = topology === 'socket' ? [options.get('db') ?? ''] : segments
  if (!/^\d{0,5}$/.test(text) || more.length > 0) throw new Error('must end with the number of a database, as in .../0')
  const db = Number(text)
  if (topology === 'cluster' && db !== 0) throw new Error('names a database: a cluster has only database 0')
  return db
}

function readOptions(query: string, known: readonly string[]): Map<string, string> {
  const options = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(query)) {
    if (!known.includes(name))
      throw new Error(
        `has an option that means nothing here: ${name} (${known.length ? `known are ${known.join(', ')}` : 'none is known'})`,
      )
    if (value !== '') options.set(name, value)
  }
  return options
}

function tlsOf(options: Map<string, string>): TlsSettings {
  const verified = options.get('rejectUnauthorized') ?? 'true'
  if (verified !== 'true' && verified !== 'false')
    throw new Error('has a rejectUnauthorized that is neither true nor false')
  if (options.has('cert') !== options.has('key')) throw new Error('needs cert and key together')
  return {
    caFile: options.get('ca'),
    certFile: options.get('cert'),
    keyFile: options.get('key'),
    servername: options.get('servername'),
    rejectUnauthorized: verified === 'true',
  }
}

function decode(text: string, what: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new Error(`has a % that encodes nothing, in ${what}`)
  }
}
