import type { RestRoute } from '../procedure-meta.ts'
import { listProcedures, type ProcedureFacts } from '../procedures.ts'

/** A procedure that has a REST form. */
export type RestProcedure = ProcedureFacts & { rest: RestRoute; output: NonNullable<ProcedureFacts['output']> }

/** All of them. Throws when one declares no output: the document could not say what it answers. */
export function restProcedures(): RestProcedure[] {
  return listProcedures().flatMap(({ rest, output, ...facts }) => {
    if (!rest) return []
    if (!output) throw new Error(`${facts.path} has a REST form and no output schema`)
    return [{ ...facts, rest, output }]
  })
}

/** Names of the parameters in a path template. */
export function pathParameters(template: string): string[] {
  return [...template.matchAll(/\{(\w+)\}/g)].flatMap(([, name]) => name ?? [])
}

export interface RouteMatch {
  /** By method; more than one when the path has several. */
  procedures: Map<string, RestProcedure>
  /** Path parameters, decoded. Null when one is not properly percent-encoded. */
  parameters: Record<string, string> | null
}

/** Finds what stands at a path. Templates with fewer parameters win, so that a fixed word is never taken for a value. */
export function createRouteTable(): (pathname: string) => RouteMatch | null {
  const byTemplate = new Map<string, Map<string, RestProcedure>>()
  for (const procedure of restProcedures()) {
    const { method, path } = procedure.rest
    const methods = byTemplate.get(path) ?? new Map<string, RestProcedure>()
    if (methods.has(method)) throw new Error(`${method} ${path} is declared twice`)
    byTemplate.set(path, methods.set(method, procedure))
  }
  const routes = [...byTemplate]
    .map(([template, procedures]) => ({ pattern: patternOf(template), names: pathParameters(template), procedures }))
    .sort((a, b) => a.names.length - b.names.length)
  return (pathname) => {
    for (const { pattern, names, procedures } of routes) {
      const match = pattern.exec(pathname)
      if (match) return { procedures, parameters: decode(names, match.slice(1)) }
    }
    return null
  }
}

function patternOf(template: string): RegExp {
  const source = template
    .split(/\{\w+\}/)
    .map((literal) => literal.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('([^/]+)')
  return new RegExp(`^${source}$`)
}

function decode(names: readonly string[], values: readonly string[]): Record<string, string> | null {
  try {
    return Object.fromEntries(names.map((name, i) => [name, decodeURIComponent(values[i] ?? '')]))
  } catch {
    return null
  }
}
