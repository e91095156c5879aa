import type { FastifyInstance } from 'fastify'

/**
 * Remembers which methods each path knows, so that a wrong method is told so (405 with Allow) and only an unknown path
 * is 404. To be called before the routes are added.
 */
export function rememberMethods(app: FastifyInstance): (path: string) => readonly string[] {
  const routes = new Map<string, { pattern: RegExp; methods: Set<string> }>()
  app.addHook('onRoute', ({ url, method }) => {
    // CORS answers OPTIONS on every path, which makes none of them known.
    if (url === '*') return
    const known = routes.get(url) ?? { pattern: patternOf(url), methods: new Set() }
    for (const name of [method].flat()) known.methods.add(name)
    routes.set(url, known)
  })
  return (path) => {
    // The very path counts first: it may also look like a key, as /api/cache/mget does.
    const known = routes.get(path) ?? [...routes.values()].find(({ pattern }) => pattern.test(path))
    return [...(known?.methods ?? [])].sort()
  }
}

/** What a route takes: `:id` stands for one segment, `*` for all that is left. */
function patternOf(url: string): RegExp {
  const literal = url.replaceAll('.', '\\.')
  return new RegExp(`^${literal.replace(/:\w+/g, '[^/]+').replace('*', '.+')}$`)
}
