import type { Command, Expression, Node, Pipeline } from './nodes.ts'
import { isEmpty, isMapping, kindOf, print, type Value } from './values.ts'

export type Functions = Readonly<Record<string, (...args: Value[]) => Value>>

/** Variables of the blocks that are open, the innermost last. */
type Scope = Map<string, Value>[]

/** Runs parsed templates. `nodesOf` finds what `define` made; functions get their arguments evaluated. */
export class Evaluator {
  private readonly functions: Functions
  private readonly nodesOf: (name: string) => readonly Node[]

  constructor(functions: Functions, nodesOf: (name: string) => readonly Node[]) {
    this.functions = functions
    this.nodesOf = nodesOf
  }

  /** @throws TypeError, Error of a function; with the line where it is known. */
  run(nodes: readonly Node[], dot: Value): string {
    return this.list(nodes, dot, [new Map([['$', dot]])])
  }

  private list(nodes: readonly Node[], dot: Value, scope: Scope): string {
    return nodes.map((node) => this.node(node, dot, scope)).join('')
  }

  private node(node: Node, dot: Value, scope: Scope): string {
    switch (node.kind) {
      case 'text':
        return node.text
      case 'output': {
        const value = this.pipeline(node.pipeline, dot, scope)
        return node.pipeline.names.length > 0 ? '' : atLine(node.pipeline.line, () => print(value))
      }
      case 'template':
        return this.run(
          this.nodesOf(node.name),
          node.pipeline === null ? null : this.pipeline(node.pipeline, dot, scope),
        )
      case 'range':
        return this.range(node, dot, scope)
      default: {
        const inner = [...scope, new Map<string, Value>()]
        const value = this.pipeline(node.pipeline, dot, inner)
        if (isEmpty(value)) return this.list(node.otherwise, dot, inner)
        return this.list(node.then, node.kind === 'with' ? value : dot, inner)
      }
    }
  }

  private range(node: Extract<Node, { kind: 'if' | 'with' | 'range' }>, dot: Value, scope: Scope): string {
    const { names, ...plain } = node.pipeline
    const value = this.pipeline({ ...plain, names: [] }, dot, scope)
    const entries = atLine(node.pipeline.line, () => entriesOf(value))
    if (entries.length === 0) return this.list(node.otherwise, dot, scope)
    return entries
      .map(([key, item]) => {
        const [first, second] = names
        const variables = new Map<string, Value>()
        if (second !== undefined) variables.set(second, item)
        if (first !== undefined) variables.set(first, second === undefined ? item : key)
        return this.list(node.then, item, [...scope, variables])
      })
      .join('')
  }

  private pipeline(pipeline: Pipeline, dot: Value, scope: Scope): Value {
    const value = atLine(pipeline.line, () =>
      pipeline.commands.reduce<{ last: Value[] }>(
        ({ last }, command) => ({ last: [this.command(command, last, dot, scope)] }),
        { last: [] },
      ),
    ).last[0]
    const [name] = pipeline.names
    if (name !== undefined) {
      const home = pipeline.declares ? scope.at(-1) : scope.findLast((variables) => variables.has(name))
      if (home === undefined) throw new ReferenceError(`line ${pipeline.line}: ${name} was not declared`)
      home.set(name, value)
    }
    return value
  }

  /** `last`: what the command before `|` gave; it becomes the last argument. */
  private command([head, ...args]: Command, last: Value[], dot: Value, scope: Scope): Value {
    if (head.kind === 'function') {
      // They stop at the first argument that decides, so that `and .a .a.b` is safe.
      if (head.name === 'and' || head.name === 'or') return this.shortCircuit(head.name, args, last, dot, scope)
      const call = Object.hasOwn(this.functions, head.name) ? this.functions[head.name] : undefined
      if (call === undefined) throw new ReferenceError(`function "${head.name}" is not defined`)
      return call(...args.map((argument) => this.expression(argument, dot, scope)), ...last)
    }
    const value = this.expression(head, dot, scope)
    if (typeof value === 'function')
      return value(...args.map((argument) => this.expression(argument, dot, scope)), ...last)
    if (args.length + last.length > 0) throw new TypeError(`can't give argument to a ${kindOf(value)}`)
    return value
  }

  private shortCircuit(name: 'and' | 'or', args: Expression[], last: Value[], dot: Value, scope: Scope): Value {
    let value: Value
    for (const argument of args) {
      value = this.expression(argument, dot, scope)
      if (isEmpty(value) === (name === 'and')) return value
    }
    return last.length > 0 ? last[0] : value
  }

  private expression(expression: Expression, dot: Value, scope: Scope): Value {
    switch (expression.kind) {
      case 'literal':
        return expression.value
      case 'dot':
        return dot
      case 'variable': {
        const home = scope.findLast((variables) => variables.has(expression.name))
        if (home === undefined) throw new ReferenceError(`undefined variable ${expression.name}`)
        return home.get(expression.name)
      }
      case 'function':
        return this.command([expression], [], dot, scope)
      case 'pipeline':
        return this.pipeline(expression.pipeline, dot, scope)
      case 'fields':
        return expression.names.reduce(fieldOf, this.expression(expression.of, dot, scope))
    }
  }
}

function fieldOf(value: Value, name: string): Value {
  if (value === null || value === undefined) throw new TypeError(`nil pointer evaluating interface {}.${name}`)
  if (!isMapping(value)) throw new TypeError(`can't evaluate field ${name} in type ${kindOf(value)}`)
  return Object.hasOwn(value, name) ? value[name] : undefined
}

/** What `range` walks over: a list by index, a map by its sorted keys. */
function entriesOf(value: Value): [Value, Value][] {
  if (value === null || value === undefined) return []
  if (Array.isArray(value)) return value.map((item, index): [Value, Value] => [BigInt(index), item])
  if (isMapping(value))
    return Object.keys(value)
      .toSorted()
      .map((key): [Value, Value] => [key, value[key]])
  throw new TypeError(`range can't iterate over a ${kindOf(value)}`)
}

/** Says where in the template it was, once. */
function atLine<T>(line: number, evaluate: () => T): T {
  try {
    return evaluate()
  } catch (error) {
    if (error instanceof Error && !error.message.startsWith('line ')) error.message = `line ${line}: ${error.message}`
    throw error
  }
}
