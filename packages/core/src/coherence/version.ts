/**
 * Version of a value: the generation and epoch that its loader had applied when the load *began* (never when the value
 * was stored: that is the race which leaves an invalidated value cached). Written `gen.e` on the wire.
 */
export interface Version {
  /** 16 hex digits, random; a new one each time Redis may have lost writes. */
  readonly generation: string
  /** Position in the invalidation log, from 0. */
  readonly epoch: number
}

const TEXT = /^([0-9a-f]{16})\.(\d{1,15})$/

export function formatVersion(version: Version): string {
  return `${version.generation}.${version.epoch}`
}

/** Parses `gen.e`; null when the text is not a version. */
export function parseVersion(text: string): Version | null {
  const match = TEXT.exec(text)
  return match?.[1] && match[2] ? { generation: match[1], epoch: Number(match[2]) } : null
}
