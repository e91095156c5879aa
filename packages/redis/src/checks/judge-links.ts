import type { Observation } from '@freshet/core/contracts/findings'

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)$/

/** What a Redis URL says of the way there. A server on this machine needs neither TLS nor a password. */
export function judgeLink(variable: string, url: string): Observation[] {
  const found: Observation[] = []
  if (hostsOf(url).every((host) => LOOPBACK.test(host))) return found
  if (!url.startsWith('rediss'))
    found.push({
      code: 'redis_without_tls',
      message: `${variable} goes over the network without TLS: whoever listens reads what is cached`,
      remedy: 'Use rediss:// (rediss+sentinel://, rediss+cluster://), or keep the link inside a private network',
    })
  if (!/^[^/]+:\/\/[^/@]*:[^/@]+@/.test(url))
    found.push({
      code: 'redis_without_password',
      message: `${variable} names no password: whoever reaches that server may write the log`,
      remedy: 'Make an ACL user or set requirepass, and put it into the URL (redis://user:password@host)',
    })
  return found
}

function hostsOf(url: string): string[] {
  const authority = url.replace(/^[^/]+:\/\//, '').split(/[/?]/, 1)[0] ?? ''
  return authority
    .slice(authority.lastIndexOf('@') + 1)
    .split(',')
    .map((host) => host.replace(/:\d+$/, ''))
}
