import { type LookupAddress, type LookupAllOptions, lookup as systemLookup } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import { AppError } from '@freshet/core/errors/app-error'
import { buildConnector } from 'undici'
import { type Cidr, findAddressFault } from './address-rules.ts'

/** Resolves a name to all of its addresses. */
export type LookupAll = (
  hostname: string,
  options: LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void

export interface SsrfGuardOptions {
  /** Ranges that origins may have although they are not public. */
  allow: readonly Cidr[]
  /** The system's resolver unless a test says otherwise. */
  lookup?: LookupAll
}

/** The guard's verdict: public text, no address that a name resolved to. */
function refuseOrigin(rule: string, detail: string): AppError {
  return new AppError('origin_failed', detail, { field: 'origin', limit: rule })
}

/**
 * Refuses what no origin may be before a name is resolved: another scheme, a user or password in the URL.
 * Throws AppError `origin_failed` that names the rule.
 */
export function checkOriginUrl(url: URL): void {
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw refuseOrigin('scheme', `An origin is reached over http or https, not ${url.protocol.slice(0, 16)}`)
  if (url.username !== '' || url.password !== '')
    throw refuseOrigin('userinfo', 'An origin URL holds no user or password')
}

/**
 * Makes the one door through which origins are reached. The address that was judged is the address that is connected
 * to: the check sits inside the connection's own lookup, so a name that resolves differently a moment later (DNS
 * rebinding) gains nothing, and no redirect or pool can go around it.
 */
export function createGuardedConnector(
  { allow, lookup = systemLookup }: SsrfGuardOptions,
  connectTimeoutMs: number,
): buildConnector.connector {
  const connect = buildConnector({ lookup: guardLookup(allow, lookup), timeout: connectTimeoutMs })
  return (options, callback) => {
    // net.connect never looks up a literal address, so those are judged here. WHATWG URL has already turned
    // 0x7f000001, 2130706433 and 0177.1 into 127.0.0.1.
    const literal = options.hostname.replace(/^\[|\]$/g, '')
    const rule = isIP(literal) === 0 ? null : findAddressFault(literal, allow)
    if (rule !== null) callback(refuseOrigin(rule, `The origin's address is not allowed: ${rule}`), null)
    else connect(options, callback)
  }
}

function guardLookup(allow: readonly Cidr[], lookup: LookupAll): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, [])
      const permitted = addresses.filter(({ address }) => findAddressFault(address, allow) === null)
      const first = permitted[0]
      if (first === undefined) return callback(refuseResolved(addresses, allow), [])
      if (options.all) callback(null, permitted)
      else callback(null, first.address, first.family)
    })
  }
}

function refuseResolved(addresses: readonly LookupAddress[], allow: readonly Cidr[]): NodeJS.ErrnoException {
  const rule = findAddressFault(addresses[0]?.address ?? '', allow) ?? 'unreadable'
  return refuseOrigin(rule, `The origin's name leads to an address that is not allowed: ${rule}`)
}
