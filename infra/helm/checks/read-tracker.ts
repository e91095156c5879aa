/**
 * Wraps a value so that it is known which parts of it were looked at. Kubernetes' schemas allow every field; the API server
 * drops those that it does not know, without a word. A compiled schema looks at each field that it knows, so what it did
 * not look at is unknown, as `terminationGracePeriod` would be.
 */
export function trackReads(value: unknown): { tracked: unknown; unread: () => string[] } {
  const read = new Set<string>()
  const wrap = (inner: unknown, path: string): unknown => {
    if (typeof inner !== 'object' || inner === null) return inner
    return new Proxy(inner, {
      get(target, key) {
        const found: unknown = Reflect.get(target, key)
        if (typeof key === 'symbol' || !Object.hasOwn(target, key)) return found
        read.add(`${path}/${key}`)
        return wrap(found, `${path}/${key}`)
      },
    })
  }
  const unread = (inner: unknown, path: string): string[] => {
    if (typeof inner !== 'object' || inner === null) return []
    return Object.entries(inner).flatMap(([key, child]) =>
      read.has(`${path}/${key}`) ? unread(child, `${path}/${key}`) : [`${path}/${key}`],
    )
  }
  return { tracked: wrap(value, ''), unread: () => unread(value, '') }
}
