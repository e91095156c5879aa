const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Whether a request that a cookie may vouch for came from our own pages: the defence against forged requests, beside the
 * cookie's SameSite. After Go's CrossOriginProtection: browsers say where a request comes from in `Sec-Fetch-Site`, older
 * ones in `Origin`; what sends neither is no browser and carries nobody's cookies by itself.
 */
export function isSameOrigin(request: Request): boolean {
  if (SAFE_METHODS.has(request.method)) return true
  const site = request.headers.get('sec-fetch-site')
  if (site) return site === 'same-origin' || site === 'none'
  const origin = request.headers.get('origin')
  if (!origin) return true
  // Compared with the Host that the browser asked for, so that localhost and 127.0.0.1 both work without settings.
  return URL.canParse(origin) && new URL(origin).host === request.headers.get('host')
}
