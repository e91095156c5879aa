import type { Token } from './lexer.ts'
import type { Command, Expression, Pipeline } from './nodes.ts'

/**
 * Reads the words of an action as a pipeline: `$x := f .a (g "b") | h 1`.
 *
 * @throws SyntaxError with the line.
 */
export function parsePipeline(tokens: readonly Token[], line: number): Pipeline {
  const reader = new Reader(tokens, line)
  const pipeline = reader.pipeline()
  if (reader.peek() !== undefined) throw reader.unexpected()
  return pipeline
}

class Reader {
  private at = 0
  private readonly tokens: readonly Token[]
  private readonly line: number

  constructor(tokens: readonly Token[], line: number) {
    this.tokens = tokens
    this.line = line
  }

  peek(ahead = 0): Token | undefined {
    return this.tokens[this.at + ahead]
  }

  unexpected(): SyntaxError {
    return new SyntaxError(`line ${this.line}: unexpected ${this.peek()?.text ?? 'end'}`)
  }

  pipeline(): Pipeline {
    const { names, declares } = this.assignment()
    const commands: Command[] = [this.command()]
    while (this.takes('|')) commands.push(this.command())
    return { names, declares, commands, line: this.line }
  }

  private assignment(): { names: string[]; declares: boolean } {
    const second = this.peek(1)?.text === ',' && this.peek(2)?.kind === 'variable'
    const operator = this.peek(second ? 3 : 1)?.text
    const first = this.peek()
    if (first?.kind !== 'variable' || (operator !== ':=' && operator !== '=')) return { names: [], declares: false }
    const names = second ? [first.text, this.peek(2)?.text ?? ''] : [first.text]
    this.at += second ? 4 : 2
    return { names, declares: operator === ':=' }
  }

  private command(): Command {
    const command: Command = [this.operand()]
    while (this.peek() !== undefined && !['|', ')'].includes(this.symbol())) command.push(this.operand())
    return command
  }

  /** A term and the fields after it: `.a.b`, `$x.y`, `(f .z).w`. */
  private operand(): Expression {
    let of = this.term()
    const names: string[] = []
    for (let next = this.peek(); next?.kind === 'field' && !next.spaced; next = this.peek()) {
      names.push(next.text.slice(1))
      this.at++
    }
    if (names.length > 0)
      of = of.kind === 'fields' ? { ...of, names: [...of.names, ...names] } : { kind: 'fields', of, names }
    return of
  }

  private term(): Expression {
    const token = this.peek()
    if (token === undefined) throw this.unexpected()
    if (this.takes('(')) {
      const pipeline = this.pipeline()
      if (!this.takes(')')) throw this.unexpected()
      return { kind: 'pipeline', pipeline }
    }
    if (this.takes('.')) return { kind: 'dot' }
    if (token.kind === 'symbol') throw this.unexpected()
    this.at++
    return readTerm(token)
  }

  private takes(symbol: string): boolean {
    if (this.symbol() !== symbol) return false
    this.at++
    return true
  }

  private symbol(): string {
    const token = this.peek()
    return token?.kind === 'symbol' ? token.text : ''
  }
}

function readTerm({ kind, text }: Token): Expression {
  switch (kind) {
    case 'field':
      return { kind: 'fields', of: { kind: 'dot' }, names: [text.slice(1)] }
    case 'variable':
      return { kind: 'variable', name: text }
    case 'string':
      return { kind: 'literal', value: text.startsWith('`') ? text.slice(1, -1) : JSON.parse(text) }
    case 'number':
      return { kind: 'literal', value: text.includes('.') ? Number(text) : BigInt(text) }
    default:
      return readName(text)
  }
}

function readName(name: string): Expression {
  if (name === 'true' || name === 'false') return { kind: 'literal', value: name === 'true' }
  if (name === 'nil') return { kind: 'literal', value: null }
  return { kind: 'function', name }
}
