import { isUtf8 } from 'node:buffer'
import { z } from 'zod'
import { AppError } from '../errors/app-error.ts'
import { parseStringList } from './string-list.ts'

/** Longest tag, in bytes of UTF-8. */
export const MAX_TAG_BYTES = 128
/** Most tags on one entry. */
export const MAX_TAGS = 64

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are exactly what a tag must not hold
const CONTROL = /[\u0000-\u001f\u007f]/

/** Says what is wrong with a tag (surrogate key), or null: 1 to 128 bytes of UTF-8, no control characters. */
export function findTagFault(tag: string): string | null {
  if (tag.length === 0) return 'a tag has at least 1 byte'
  if (tag.length > MAX_TAG_BYTES || Buffer.byteLength(tag) > MAX_TAG_BYTES)
    return `a tag has at most ${MAX_TAG_BYTES} bytes of UTF-8`
  if (CONTROL.test(tag)) return 'a tag holds no control characters'
  if (!tag.isWellFormed()) return 'a tag is well-formed UTF-8'
  return null
}

/** A tag at a boundary: HTTP bodies, job payloads. An issue's `params.limit` is the number that was exceeded. */
export const Tag = z.string().superRefine((tag, ctx) => {
  const fault = findTagFault(tag)
  if (fault === null) return
  const limit = Buffer.byteLength(tag) > MAX_TAG_BYTES ? MAX_TAG_BYTES : undefined
  ctx.addIssue({ code: 'custom', message: fault, params: { limit } })
})

/** The tags of one entry at a boundary. */
export const Tags = z.array(Tag).max(MAX_TAGS, `an entry has at most ${MAX_TAGS} tags`)

type HeaderValue = string | string[] | undefined

/** Header fields by lower-case name, one character per octet, as node:http and undici give them. */
export type TagHeaders = Readonly<Record<string, HeaderValue>>

/**
 * Reads an entry's tags from `Surrogate-Key` (separated by spaces), `Cache-Tag` (by commas) and `Cache-Groups` (RFC 9875:
 * a structured list of strings), each once. Throws AppError `invalid` with field and limit: a tag that we dropped in
 * silence would be an invalidation that misses.
 */
export function readTags(headers: TagHeaders): string[] {
  const tags = new Set<string>()
  collect(tags, 'Surrogate-Key', headers['surrogate-key'], (text) => text.split(/[ \t]+/))
  collect(tags, 'Cache-Tag', headers['cache-tag'], (text) => text.split(',').map((tag) => tag.trim()))
  collect(tags, 'Cache-Groups', headers['cache-groups'], (text) => {
    const groups = parseStringList(text)
    if (groups === null) throw refuse('Cache-Groups', 'Cache-Groups is not a list of strings (RFC 9875)')
    return groups
  })
  return [...tags]
}

/** Checks tags that came as a list, each once. Throws AppError `invalid` with field and limit. */
export function checkTags(tags: Iterable<string>, field = 'tags'): string[] {
  const checked = new Set<string>()
  for (const tag of tags) add(checked, field, tag)
  return [...checked]
}

function collect(tags: Set<string>, field: string, value: HeaderValue, split: (text: string) => string[]): void {
  if (value === undefined) return
  const text = decodeOctets(Array.isArray(value) ? value.join(field === 'Surrogate-Key' ? ' ' : ',') : value)
  for (const tag of split(text)) {
    // Between two separators there is no tag; an empty string in a structured list is one, and a wrong one.
    if (tag !== '' || field === 'Cache-Groups') add(tags, field, tag)
  }
}

function add(tags: Set<string>, field: string, tag: string): void {
  const fault = findTagFault(tag)
  if (fault !== null) throw refuse(field, `${field}: ${fault}`, MAX_TAG_BYTES)
  tags.add(tag)
  if (tags.size > MAX_TAGS) throw refuse(field, `An entry has at most ${MAX_TAGS} tags`, MAX_TAGS)
}

/**
 * Header values arrive as one character per octet. A tag in UTF-8 must equal the same tag in a JSON body, or an
 * invalidation by it would miss.
 */
function decodeOctets(value: string): string {
  const octets = Buffer.from(value, 'latin1')
  return isUtf8(octets) ? octets.toString('utf8') : value
}

function refuse(field: string, detail: string, limit?: number): AppError {
  return new AppError('invalid', detail, { field, ...(limit === undefined ? {} : { limit }) })
}
