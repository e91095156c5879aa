import type { FastifyInstance } from 'fastify'

const ENTRIES = '/api/cache/'

/**
 * Remembers which methods each path knows, so that a wrong method is told so (405 with Allow) and only an unknown path
 * is 404. To be called before the routes are added.
 */
export function rememberMethods(app: FastifyInstance): (path: string) => readonly string[] {
  const methods = new Map<string, Set<string>>()
  app.addHook('onRoute', ({ url, method }) => {
    const known = methods.get(url) ?? new Set()
    for (const name of [method].flat()) known.add(name)
    methods.set(url, known)
  })
  return (path) => {
    const exact = methods.get(path)
    const entry = path.startsWith(ENTRIES) && path.length > ENTRIES.length ? methods.get(`${ENTRIES}*`) : undefined
    return [...new Set([...(exact ?? []), ...(exact === undefined ? (entry ?? []) : [])])].sort()
  }
}
