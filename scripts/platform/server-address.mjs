/**
 * @typedef {{ host: string, port: number } | { path: string }} Place where a server listens.
 */

/**
 * @param {string} url of a server, or of several: `redis+sentinel://` and `redis+cluster://` take a list of hosts.
 * @param {number} usualPort of a host without one.
 * @returns {Place[]} none when it is no address.
 */
export function placesOf(url, usualPort) {
  const [, scheme = '', authority = '', path = ''] = /^([a-z+]+):\/\/([^/?#]*)([^?#]*)/i.exec(url) ?? []
  if (scheme === 'unix') return path.length > 1 ? [{ path: decodeURIComponent(path) }] : []
  const port = scheme.endsWith('+sentinel') ? 26_379 : usualPort
  const places = authority
    .slice(authority.lastIndexOf('@') + 1)
    .split(',')
    .map((text) => /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(text.trim()))
  if (places.includes(null)) return []
  return places.map((found) => ({ host: found?.[1] ?? found?.[2] ?? '', port: Number(found?.[3] ?? port) }))
}
