import { formatVersion, parseVersion, type Version } from '@freshet/core/coherence/version'
import type { ReadMode } from '@freshet/core/tiers/read-result'

/** Lower-case, as it travels. */
export const FORWARDED_HEADER = 'freshet-forwarded'

/** What one node tells another about a read that it passes on. */
export interface Forwarded {
  /** What the asker has applied of the log; whoever answers has come as far first. */
  readonly position: Version
  /**
   * The node that the asker means. An address can lead elsewhere (a balancer announced as a node's own, a port that
   * somebody else listens on by now, the asker itself), and an answer from there would be no owner's.
   */
  readonly to: string
  readonly mode: ReadMode
}

const MODES = { reload: 'reload', 'cached-only': 'cached-only' } as const satisfies Partial<Record<string, ReadMode>>
const VALUE = /^([0-9a-f]{16}\.\d{1,15});to=([A-Za-z0-9._-]{1,128})(?:;mode=(reload|cached-only))?$/

/** `gen.e;to=<node>`, and `;mode=` unless it is a normal read. */
export function formatForwarded({ position, to, mode }: Forwarded): string {
  return `${formatVersion(position)};to=${to}${mode === 'normal' ? '' : `;mode=${mode}`}`
}

/** Null when the text is not what `formatForwarded` writes. */
export function parseForwarded(text: string): Forwarded | null {
  const [, version = '', to = '', mode] = VALUE.exec(text) ?? []
  const position = parseVersion(version)
  if (position === null) return null
  return { position, to, mode: mode === undefined ? 'normal' : MODES[mode as keyof typeof MODES] }
}
