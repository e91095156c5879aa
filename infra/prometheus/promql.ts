import { parser } from '@prometheus-io/lezer-promql'

/** Metric names that an expression selects. Throws when it is not PromQL. */
export function metricsOf(expression: string): string[] {
  const names = new Set<string>()
  parser.parse(expression).iterate({
    enter: (node) => {
      if (node.type.isError) throw new Error(`not PromQL at ${node.from}: ${expression}`)
      // A recorded name holds colons; the grammar still calls it an identifier within a selector.
      if (node.name === 'VectorSelector') {
        const name = /^[a-zA-Z_:][\w:]*/.exec(expression.slice(node.from, node.to))?.[0]
        if (name) names.add(name)
      }
    },
  })
  return [...names]
}
