import { matchPattern } from '@freshet/core/patterns/match-pattern'
import { type Pattern, parsePattern } from '@freshet/core/patterns/parse-pattern'
import type { MicroBench } from './micro-bench.ts'
import { timeOperation } from './time-operation.ts'

/** Patterns at their limit of 256 bytes that make a backtracking matcher take seconds; keys of 1 KiB. */
const hostile: [name: string, source: string, key: string][] = [
  ['a*a*a* against aaa...', 'a*'.repeat(128), `${'a'.repeat(1_023)}b`],
  ['*a*a*a*b against aaa...', `${'*a'.repeat(127)}*b`, 'a'.repeat(1_024)],
  ['*?a*?a against aaa...', '*?a'.repeat(85), 'a'.repeat(1_024)],
  ['*[a-z][a-z]... against abab...', `*${'[a-z]'.repeat(50)}`, `${'ab'.repeat(511)}A`],
]
const WORST_ALLOWED_NS = 1e6

export const patterns: MicroBench = () => {
  const usual = parse('products:*')
  return [
    { name: 'match products:* against a key', ns: timeOperation((i) => matchPattern(usual, `products:${i & 1023}`)) },
    ...hostile.map(([name, source, key]) => {
      const pattern = parse(source)
      return { name: `match ${name}`, ns: timeOperation(() => matchPattern(pattern, key)), atMostNs: WORST_ALLOWED_NS }
    }),
  ]
}

function parse(source: string): Pattern {
  const pattern = parsePattern(source)
  if ('reason' in pattern) throw new Error(`${source} is no pattern: ${pattern.reason}`)
  return pattern
}
