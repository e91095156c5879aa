import type { Value } from './values.ts'

export type Expression =
  | { kind: 'literal'; value: Value }
  | { kind: 'dot' }
  | { kind: 'variable'; name: string }
  | { kind: 'function'; name: string }
  | { kind: 'fields'; of: Expression; names: string[] }
  | { kind: 'pipeline'; pipeline: Pipeline }

/** What is called, or a value, and its arguments. */
export type Command = [Expression, ...Expression[]]

export interface Pipeline {
  /** `$name := ...` makes a variable, `$name = ...` changes one; of `range` there may be two. */
  names: string[]
  declares: boolean
  commands: Command[]
  line: number
}

export type Node =
  | { kind: 'text'; text: string }
  | { kind: 'output'; pipeline: Pipeline }
  | { kind: 'if' | 'with' | 'range'; pipeline: Pipeline; then: Node[]; otherwise: Node[] }
  | { kind: 'template'; name: string; pipeline: Pipeline | null }

export interface Template {
  nodes: Node[]
  /** Bodies of `define`, by name. */
  defined: Map<string, Node[]>
}
