import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseStringList } from './string-list.ts'

describe('parseStringList', () => {
  it.each([
    ['', []],
    ['  ', []],
    ['"a"', ['a']],
    ['"a", "b c" ,\t"d"', ['a', 'b c', 'd']],
    ['"quo\\"te", "back\\\\slash"', ['quo"te', 'back\\slash']],
    ['"a";p=1;q="x,y";r;s=?1;t=:YWI=:, "b"', ['a', 'b']],
    ['""', ['']],
  ])('%j holds %j', (text, members) => {
    expect(parseStringList(text)).toEqual(members)
  })

  it.each(['a', '"a', 'a"', '"a" "b"', '"a",', ',"a"', '("a")', '"a\\n"', '"é"', '"a";', '1', '"a", b'])(
    'refuses %j',
    (text) => {
      expect(parseStringList(text)).toBeNull()
    },
  )

  it('reads back any list of printable strings', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme-ascii' })), (members) => {
        const text = members.map((member) => `"${member.replaceAll(/["\\]/g, '\\$&')}"`).join(', ')
        expect(parseStringList(text)).toEqual(members)
      }),
    )
  })

  it('stays linear on hostile input', () => {
    const hostile = `"a"${'; a=a'.repeat(20_000)};`
    const before = performance.now()
    expect(parseStringList(hostile)).toBeNull()
    expect(performance.now() - before).toBeLessThan(1_000)
  })
})
