import ipaddr from 'ipaddr.js'
import { z } from 'zod'

/** A range of addresses, written `10.0.0.0/8`, `fd00::/8` or as one address. */
export type Cidr = [ipaddr.IPv4 | ipaddr.IPv6, number]

/** A comma-separated list of ranges, as `FRESHET_ORIGIN_ALLOW` holds it. */
export const CidrList = z.string().transform((text, ctx): Cidr[] => {
  const ranges: Cidr[] = []
  for (const item of text.split(',').map((part) => part.trim())) {
    if (item === '') continue
    const range = parseCidr(item)
    if (range === null) {
      ctx.addIssue({ code: 'custom', message: `"${item}" is neither an address nor a range like 10.0.0.0/8` })
      return z.NEVER
    }
    ranges.push(range)
  }
  return ranges
})

function parseCidr(text: string): Cidr | null {
  if (ipaddr.IPv4.isValidCIDRFourPartDecimal(text) || ipaddr.IPv6.isValidCIDR(text)) return ipaddr.parseCIDR(text)
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return [ipaddr.IPv4.parse(text), 32]
  return ipaddr.IPv6.isValid(text) ? [ipaddr.IPv6.parse(text), 128] : null
}

/** Public by number, yet answered by the cloud's own host agent on every virtual machine of Azure. */
const AZURE_WIRESERVER = '168.63.129.16'
/** All global unicast there is (RFC 4291). ipaddr.js calls everything unicast that it has no name for. */
const GLOBAL_UNICAST: Cidr = [ipaddr.IPv6.parse('2000::'), 3]

/**
 * Names the rule that forbids connecting to an address (`loopback`, `private`, `linkLocal`, `uniqueLocal`, `metadata` ...),
 * or null when it is public or allowed. IPv4 inside IPv6 (`::ffff:127.0.0.1`) is judged as the IPv4 it reaches.
 */
export function findAddressFault(address: string, allow: readonly Cidr[]): string | null {
  if (!ipaddr.isValid(address)) return 'unreadable'
  const ip = ipaddr.process(address)
  if (allow.some(([range, bits]) => range.kind() === ip.kind() && ip.match(range, bits))) return null
  if (ip.toString() === AZURE_WIRESERVER) return 'metadata'
  const range = ip.range()
  if (range !== 'unicast') return range
  return ip.kind() === 'ipv6' && !ip.match(GLOBAL_UNICAST) ? 'notGlobal' : null
}
