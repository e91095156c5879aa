import { parser } from '@prometheus-io/lezer-promql'

/** What an expression asks for: a metric, and the labels whose values it wants to be equal to something. */
export interface Selector {
  name: string
  equals: Record<string, string>
}

/** Every selector of an expression. Throws when it is not PromQL. */
export function selectorsOf(expression: string): Selector[] {
  const selectors: Selector[] = []
  parser.parse(expression).iterate({
    enter: (node) => {
      if (node.type.isError) throw new Error(`not PromQL at ${node.from}: ${expression}`)
      if (node.name !== 'VectorSelector') return
      const text = expression.slice(node.from, node.to)
      // Recorded figures have colons in their names.
      const name = /^[a-zA-Z_:][\w:]*/.exec(text)?.[0]
      const equals = Object.fromEntries(
        [...text.matchAll(/(\w+)="([^"]*)"/g)].map(([, label, value]) => [label, value]),
      )
      if (name) selectors.push({ name, equals })
    },
  })
  return selectors
}
