import { Evaluator } from './evaluate.ts'
import { functions } from './functions.ts'
import type { Node } from './nodes.ts'
import { parseTemplate } from './parse-template.ts'
import type { Mapping } from './values.ts'
import { print } from './values.ts'

/**
 * Renders every template of a chart, by name. A name that begins with an underscore holds definitions only.
 *
 * This is the part of Go's text/template, sprig and Helm that the chart uses, and nothing more: what it does not know, it
 * refuses. Where `helm` is installed, the tests compare it with the real thing.
 *
 * @throws Error that begins with the template's name.
 */
export function renderTemplates(templates: ReadonlyMap<string, string>, data: Mapping): Map<string, string> {
  const named = new Map<string, readonly Node[]>()
  for (const [name, source] of templates) {
    const { nodes, defined } = inTemplate(name, () => parseTemplate(source))
    named.set(name, nodes)
    for (const [other, body] of defined) named.set(other, body)
  }
  const nodesOf = (name: string) => {
    const nodes = named.get(name)
    if (nodes === undefined) throw new ReferenceError(`no template "${name}"`)
    return nodes
  }
  const evaluator = new Evaluator(
    {
      ...functions,
      include: (name, dot) => inTemplate(print(name), () => evaluator.run(nodesOf(print(name)), dot)),
    },
    nodesOf,
  )
  return new Map(
    [...templates.keys()]
      .filter((name) => !name.split('/').at(-1)?.startsWith('_'))
      .map((name) => [name, inTemplate(name, () => evaluator.run(nodesOf(name), { ...data, Template: about(name) }))]),
  )
}

/** `.Template`: its name, and the folder of all of them, from which others are included. */
function about(name: string): Mapping {
  return { Name: name, BasePath: name.slice(0, name.indexOf('/templates/') + '/templates'.length) }
}

function inTemplate<T>(name: string, run: () => T): T {
  try {
    return run()
  } catch (error) {
    if (error instanceof Error) error.message = `${name}: ${error.message}`
    throw error
  }
}
