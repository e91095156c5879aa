/** How one call is made. */
export interface CallOptions {
  /** Ends the call, or the stream; the caller is given the signal's reason. */
  signal?: AbortSignal
}

/** The ways to call a procedure by its path, untyped. */
export interface ProcedureTransport {
  query(path: string, input: unknown, options?: CallOptions): Promise<unknown>
  mutate(path: string, input: unknown, options?: CallOptions): Promise<unknown>
  subscribe(path: string, input: unknown, options?: CallOptions): AsyncIterable<unknown>
}

type Call = (input?: unknown, options?: CallOptions) => unknown

/** Turns `proxy.namespaces.get.query(input)` into `transport.query('namespaces.get', input)`. */
export function procedureProxy(transport: ProcedureTransport, path: readonly string[] = []): unknown {
  const under = new Map<string, unknown>()
  return new Proxy(Object.freeze({}), {
    get: (_, name) => {
      // Whoever awaits the client, or prints it, asks for members that are no procedures.
      if (typeof name === 'symbol' || name === 'then' || name === 'toJSON') return undefined
      const known = under.get(name)
      if (known !== undefined) return known
      const made = callNamed(name, transport, path.join('.')) ?? procedureProxy(transport, [...path, name])
      under.set(name, made)
      return made
    },
  })
}

function callNamed(name: string, transport: ProcedureTransport, path: string): Call | null {
  if (path === '') return null
  if (name === 'query') return (input, options) => transport.query(path, input, options)
  if (name === 'mutate') return (input, options) => transport.mutate(path, input, options)
  if (name === 'subscribe') return (input, options) => transport.subscribe(path, input, options)
  return null
}
