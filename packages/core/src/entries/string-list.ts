// RFC 9651: string, then parameters that we need not understand but must step over, then a comma or the end.
const STRING = /"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"/y
const PARAMETERS =
  /(?: *; *[a-z*][a-z0-9_.*-]*(?:=(?:"(?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*"|[A-Za-z0-9*:/!#$%&'+.^_`|~?@-][A-Za-z0-9*:/!#$%&'+.^_`|~?@=-]*))?)*/y
const SEPARATOR = /[ \t]*,[ \t]*/y

/**
 * Parses a structured-field List whose members are all Strings (RFC 9651, section 4.2.1). Null when it is anything else:
 * the standard wants a malformed field ignored as a whole, and what that means is the caller's to decide.
 */
export function parseStringList(text: string): string[] | null {
  const input = text.replace(/^ +/, '').replace(/ +$/, '')
  const members: string[] = []
  if (input === '') return members
  let at = 0
  for (;;) {
    const member = matchAt(STRING, input, at)
    if (member === null) return null
    members.push((member[1] ?? '').replaceAll(/\\(["\\])/g, '$1'))
    at += member[0].length
    at += matchAt(PARAMETERS, input, at)?.[0].length ?? 0
    if (at === input.length) return members
    const separator = matchAt(SEPARATOR, input, at)
    if (separator === null) return null
    at += separator[0].length
  }
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(text)
}
