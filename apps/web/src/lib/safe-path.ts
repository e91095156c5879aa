/** Any address of ours; only its origin is compared. */
const HERE = 'http://here.invalid'

/**
 * A path of this portal to go to after signing in, or `/` when the text is anything else. Parsed as browsers parse it,
 * because they read `//evil.test`, `/\evil.test` and a tab between the slashes as another host.
 */
export function safePath(text: string | undefined): string {
  if (!text?.startsWith('/') || !URL.canParse(text, HERE)) return '/'
  const url = new URL(text, HERE)
  // Resolving dots may leave `//` at the head (`/..//evil.test`), which the next reader would take for a host.
  if (url.origin !== HERE || url.pathname.startsWith('//')) return '/'
  return url.pathname + url.search + url.hash
}
