/**
 * The client's network address, for counting sign-in attempts. Next puts the socket's address into `X-Forwarded-For` when
 * nothing stood there; each proxy in front of us appends the address that it saw, so only the last `trustedProxies`
 * entries are anybody's but the client's word.
 */
export function clientAddress(forwardedFor: string | null | undefined, trustedProxies: number): string {
  const hops = forwardedFor?.split(',').map((hop) => hop.trim()) ?? []
  return hops.at(-Math.max(1, trustedProxies)) || 'unknown'
}
