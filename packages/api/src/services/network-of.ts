import { isIPv6 } from 'node:net'

/**
 * The network that an address stands for when attempts are counted: IPv4 itself; for IPv6 its first 64 bits, because one
 * subscriber has all the addresses behind them. Text that is no address stands for itself.
 */
export function networkOf(ip: string): string {
  if (!isIPv6(ip)) return ip
  // ::ffff:192.0.2.1 is an IPv4 address as a dual-stack socket writes it.
  if (ip.includes('.')) return ip.slice(ip.lastIndexOf(':') + 1)
  const [head = '', tail] = ip.split('::')
  const before = groupsOf(head)
  const after = groupsOf(tail ?? '')
  const zeros = tail === undefined ? [] : Array<number>(8 - before.length - after.length).fill(0)
  const groups = [...before, ...zeros, ...after].slice(0, 4)
  return `${groups.map((group) => group.toString(16)).join(':')}::/64`
}

const groupsOf = (text: string) => (text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16)))
