import { describe, expect, it } from 'vitest'
import { checkTags, MAX_TAG_BYTES, MAX_TAGS, readTags, Tag, Tags } from './tags.ts'

const asOctets = (text: string) => Buffer.from(text, 'utf8').toString('latin1')

describe('readTags', () => {
  it('reads all three fields and names each tag once', () => {
    expect(
      readTags({ 'surrogate-key': ' a  b\tc ', 'cache-tag': 'c, d e,,f', 'cache-groups': '"g h", "a";x=1' }),
    ).toEqual(['a', 'b', 'c', 'd e', 'f', 'g h'])
  })

  it('reads repeated fields', () => {
    expect(readTags({ 'surrogate-key': ['a', 'b'], 'cache-tag': ['c', 'd'], 'cache-groups': ['"e"', '"f"'] })).toEqual([
      'a',
      'b',
      'c',
      'd',
      'e',
      'f',
    ])
  })

  it('has no tags when there are no fields', () => {
    expect(readTags({})).toEqual([])
    expect(readTags({ 'surrogate-key': '', 'cache-tag': ' , ', 'cache-groups': '' })).toEqual([])
  })

  it('takes octets as UTF-8, so that a header and a JSON body mean the same tag', () => {
    expect(readTags({ 'surrogate-key': asOctets('größe') })).toEqual(['größe'])
  })

  it('takes octets that are no UTF-8 as they are', () => {
    expect(readTags({ 'surrogate-key': 'gr\u00f6\u00dfe' })).toEqual(['gr\u00f6\u00dfe'])
  })

  it.each([
    [{ 'surrogate-key': 'x'.repeat(MAX_TAG_BYTES + 1) }, 'Surrogate-Key', MAX_TAG_BYTES],
    [{ 'cache-tag': asOctets('é'.repeat(65)) }, 'Cache-Tag', MAX_TAG_BYTES],
    [{ 'cache-groups': '""' }, 'Cache-Groups', MAX_TAG_BYTES],
    [{ 'cache-groups': 'token' }, 'Cache-Groups', undefined],
    [{ 'cache-tag': Array.from({ length: MAX_TAGS + 1 }, (_, i) => `t${i}`).join(',') }, 'Cache-Tag', MAX_TAGS],
    [{ 'surrogate-key': 'a\u0000b' }, 'Surrogate-Key', MAX_TAG_BYTES],
  ])('refuses %j and names field and limit', (headers, field, limit) => {
    expect(() => readTags(headers)).toThrow(
      expect.objectContaining({ code: 'invalid', facts: limit === undefined ? { field } : { field, limit } }),
    )
  })
})

describe('checkTags', () => {
  it('names each tag once', () => {
    expect(checkTags(['a', 'b', 'a'])).toEqual(['a', 'b'])
  })

  it('refuses a bad tag and one too many', () => {
    expect(() => checkTags([''], 'entries[3].tags')).toThrow(
      expect.objectContaining({ facts: { field: 'entries[3].tags', limit: MAX_TAG_BYTES } }),
    )
    expect(() => checkTags(Array.from({ length: 65 }, (_, i) => `t${i}`))).toThrow(
      expect.objectContaining({ facts: { field: 'tags', limit: MAX_TAGS } }),
    )
  })
})

describe('Tag and Tags', () => {
  it('accept up to the limits', () => {
    expect(Tags.parse(Array.from({ length: MAX_TAGS }, () => 'x'.repeat(MAX_TAG_BYTES)))).toHaveLength(MAX_TAGS)
  })

  it.each(['', 'a\nb', 'x'.repeat(129), '\ud800'])('refuse the tag %j', (tag) => {
    expect(Tag.safeParse(tag).success).toBe(false)
  })

  it('refuse one tag too many', () => {
    expect(Tags.safeParse(Array.from({ length: MAX_TAGS + 1 }, (_, i) => `t${i}`)).success).toBe(false)
  })
})
