import type { FastifyInstance } from 'fastify'

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
    if (exact !== undefined) return [...exact].sort()
    // A route that ends in a key or an id; no other of its prefix takes that path.
    for (const [url, known] of methods) {
      const prefix = /^(.*\/)(?:\*|:\w+)$/.exec(url)?.[1]
      if (prefix !== undefined && path.startsWith(prefix) && path.length > prefix.length) return [...known].sort()
    }
    return []
  }
}
