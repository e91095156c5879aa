/** `r`: read through. `w`: written by clients, no origin. `x`: both. `a`: filled by cache-aside clients with leases. */
export const KEYS = ['r:1', 'r:2', 'r:3', 'w:1', 'x:1', 'a:1'] as const
export type Key = (typeof KEYS)[number]

export const TAGS = ['t1', 't2', 't3'] as const
export type Tag = (typeof TAGS)[number]

export const NAMESPACES = ['r', 'w', 'x', 'a'] as const

/** Patterns, and which of the keys each matches: written down, so that the product's matcher is not its own judge. */
type Matches = readonly [pattern: string, keys: readonly Key[]]
export const PATTERNS: readonly [Matches, ...Matches[]] = [
  ['r:*', ['r:1', 'r:2', 'r:3']],
  ['*:1', ['r:1', 'w:1', 'x:1', 'a:1']],
  ['[!r]:?', ['r:1', 'r:2', 'r:3']],
  ['[^r]:?', ['w:1', 'x:1', 'a:1']],
  ['r:[2-3]', ['r:2', 'r:3']],
  ['?:2', ['r:2']],
]

/** The tags of a row's value; those of the second row change with every second state. */
export function tagsOf(key: string, n: number): readonly Tag[] {
  switch (key) {
    case 'r:1':
      return ['t1']
    case 'r:2':
      return n % 2 === 0 ? ['t1', 't2'] : ['t2', 't3']
    case 'x:1':
      return ['t2']
    case 'w:1':
    case 'a:1':
      return ['t1', 't3']
    default:
      return []
  }
}

export function namespaceOfKey(key: string): string {
  return key.slice(0, 1)
}

/** Written by clients who claim that a value is the current one. */
export function isWritten(key: string): boolean {
  return key.startsWith('w:') || key.startsWith('x:')
}

/** The cache itself can load it. */
export function isLoaded(key: string): boolean {
  return key.startsWith('r:') || key.startsWith('x:')
}
