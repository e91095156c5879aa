import { type Piece, split, type Token } from './lexer.ts'
import type { Node, Template } from './nodes.ts'
import { parsePipeline } from './parse-pipeline.ts'

/**
 * Parses a template of Go's text/template: output, if, with, range (each with else, else if), define, template.
 *
 * @throws SyntaxError with the line.
 */
export function parseTemplate(source: string): Template {
  const defined = new Map<string, Node[]>()
  const parser = new Parser(split(source), defined)
  const { nodes, ended } = parser.list()
  if (ended !== null) throw new SyntaxError(`line ${ended.line}: unexpected ${ended.word}`)
  return { nodes, defined }
}

/** The action that closed a list of nodes: `end`, or `else` with what follows it. */
interface Ended {
  word: string
  rest: Token[]
  line: number
}

class Parser {
  private at = 0
  private readonly pieces: readonly Piece[]
  private readonly defined: Map<string, Node[]>

  constructor(pieces: readonly Piece[], defined: Map<string, Node[]>) {
    this.pieces = pieces
    this.defined = defined
  }

  list(): { nodes: Node[]; ended: Ended | null } {
    const nodes: Node[] = []
    for (let piece = this.pieces[this.at]; piece !== undefined; piece = this.pieces[this.at]) {
      this.at++
      if ('text' in piece) {
        nodes.push({ kind: 'text', text: piece.text })
        continue
      }
      const [first, ...rest] = piece.tokens
      const word = first?.kind === 'identifier' ? first.text : ''
      if (word === 'end' || word === 'else') return { nodes, ended: { word, rest, line: piece.line } }
      if (word === 'define') this.define(rest, piece.line)
      else nodes.push(this.node(word, piece.tokens, piece.line))
    }
    return { nodes, ended: null }
  }

  private node(word: string, tokens: Token[], line: number): Node {
    if (word === 'if' || word === 'with' || word === 'range') return this.branch(word, tokens.slice(1), line)
    if (word !== 'template') return { kind: 'output', pipeline: parsePipeline(tokens, line) }
    const argument = tokens.slice(2)
    return {
      kind: 'template',
      name: nameIn(tokens[1], line),
      pipeline: argument.length === 0 ? null : parsePipeline(argument, line),
    }
  }

  private branch(kind: 'if' | 'with' | 'range', tokens: Token[], line: number): Node {
    const pipeline = parsePipeline(tokens, line)
    const { nodes: then, ended } = this.list()
    if (ended?.word !== 'else') {
      this.expectEnd(ended, line)
      return { kind, pipeline, then, otherwise: [] }
    }
    const [next, ...rest] = ended.rest
    // `else if` and `else with` share the `end` of what they continue.
    if (next?.text === 'if' || next?.text === 'with')
      return { kind, pipeline, then, otherwise: [this.branch(next.text, rest, ended.line)] }
    const { nodes: otherwise, ended: last } = this.list()
    this.expectEnd(last, line)
    return { kind, pipeline, then, otherwise }
  }

  private define(tokens: Token[], line: number): void {
    const { nodes, ended } = this.list()
    this.expectEnd(ended, line)
    this.defined.set(nameIn(tokens[0], line), nodes)
  }

  private expectEnd(ended: Ended | null, line: number): void {
    if (ended?.word !== 'end') throw new SyntaxError(`line ${line}: has no end`)
  }
}

function nameIn(token: Token | undefined, line: number): string {
  if (token?.kind !== 'string') throw new SyntaxError(`line ${line}: a template's name is missing`)
  return JSON.parse(token.text)
}
