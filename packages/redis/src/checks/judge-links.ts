import type { Observation } from '@freshet/core/contracts/findings'
import { parseRedisUrl, type RedisServers } from '../redis-url.ts'

/** Whether nobody but this machine is at that host. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host)
}

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)$/

/** What an address says of the way there. A server on this machine needs neither TLS nor a password. */
export function judgeLink(variable: string, address: string): Observation[] {
  const { servers, password, tls } = parseRedisUrl(address)
  const found: Observation[] = []
  if (hostsOf(servers).every(isLoopback)) return found
  if (tls === null || !tls.rejectUnauthorized)
    found.push({
      code: 'redis_without_tls',
      message: `${variable} goes over the network ${tls ? 'to whoever answers' : 'without TLS'}: what is cached can be read on the way`,
      remedy:
        'Use rediss:// (rediss+sentinel://, rediss+cluster://) with a certificate that is checked, or a private network',
    })
  if (!password)
    found.push({
      code: 'redis_without_password',
      message: `${variable} names no password: whoever reaches that server may write the log`,
      remedy: 'Make an ACL user or set requirepass, and put it into the address (redis://user:password@host)',
    })
  return found
}

function hostsOf(servers: RedisServers): string[] {
  switch (servers.kind) {
    case 'socket':
      return []
    case 'single':
      return [servers.endpoint.host]
    case 'sentinel':
      return servers.sentinels.map(({ host }) => host)
    case 'cluster':
      return servers.seeds.map(({ host }) => host)
  }
}
