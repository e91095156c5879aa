/** A word of an action. `spaced`: whether white space stands before it, which tells `.a.b` from `.a .b`. */
export interface Token {
  kind: 'identifier' | 'field' | 'variable' | 'string' | 'number' | 'symbol'
  text: string
  spaced: boolean
}

/** A stretch of a template: text as it stands, or the words between `{{` and `}}`. */
export type Piece = { text: string; line: number } | { tokens: Token[]; line: number }

const TRIM_RIGHT = /[ \t\r\n]+$/
const TRIM_LEFT = /^[ \t\r\n]+/
const COMMENT = /^\/\*[\s\S]*?\*\/$/

/**
 * Splits a template into text and actions. `{{-` and `-}}` take the white space beside them away; comments are gone.
 *
 * @throws SyntaxError on an action that is not closed, or a character that begins no word.
 */
export function split(template: string): Piece[] {
  const pieces: Piece[] = []
  let at = 0
  let trimNext = false
  const addText = (raw: string, trimEnd: boolean, from: number) => {
    let text = trimNext ? raw.replace(TRIM_LEFT, '') : raw
    if (trimEnd) text = text.replace(TRIM_RIGHT, '')
    if (text !== '') pieces.push({ text, line: lineOf(template, from) })
  }
  for (;;) {
    const open = template.indexOf('{{', at)
    if (open === -1) {
      addText(template.slice(at), false, at)
      return pieces
    }
    const line = lineOf(template, open)
    const trimBefore = /^\{\{-\s/.test(template.slice(open, open + 4))
    addText(template.slice(at, open), trimBefore, at)
    const begin = open + (trimBefore ? 3 : 2)
    const end = closeOf(template, begin, line)
    trimNext = /\s-$/.test(template.slice(begin, end))
    const body = template.slice(begin, trimNext ? end - 1 : end).trim()
    if (!COMMENT.test(body)) pieces.push({ tokens: words(body, line), line })
    at = end + 2
  }
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length
}

/** Where the action that begins here is closed; `}}` inside a string or a comment closes nothing. */
function closeOf(template: string, begin: number, line: number): number {
  const skip = /\/\*[\s\S]*?\*\/|"(?:[^"\\\n]|\\.)*"|`[^`]*`|\}\}/g
  skip.lastIndex = begin
  for (let match = skip.exec(template); match !== null; match = skip.exec(template))
    if (match[0] === '}}') return match.index
  throw new SyntaxError(`line ${line}: the action is not closed`)
}

const WORD =
  /(?<space>\s*)(?:(?<string>"(?:[^"\\\n]|\\.)*"|`[^`]*`)|(?<number>-?\d+(?:\.\d+)?(?![\w.]))|(?<field>\.[A-Za-z_]\w*)|(?<variable>\$\w*)|(?<identifier>[A-Za-z_]\w*)|(?<symbol>:=|[=|().,]))/y

function words(body: string, line: number): Token[] {
  const tokens: Token[] = []
  WORD.lastIndex = 0
  while (WORD.lastIndex < body.length) {
    const from = WORD.lastIndex
    const groups = WORD.exec(body)?.groups
    if (groups === undefined) throw new SyntaxError(`line ${line}: cannot read "${body.slice(from).trim()}"`)
    const { space = '', ...kinds } = groups
    const [kind, text] = Object.entries(kinds).find(([, found]) => found !== undefined) ?? []
    if (isKind(kind) && text !== undefined) tokens.push({ kind, text, spaced: space !== '' || tokens.length === 0 })
  }
  return tokens
}

function isKind(name: string | undefined): name is Token['kind'] {
  return name !== undefined && ['identifier', 'field', 'variable', 'string', 'number', 'symbol'].includes(name)
}
