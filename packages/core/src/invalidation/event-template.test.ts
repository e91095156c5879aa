import { describe, expect, it } from 'vitest'
import { fillEventTemplate, parseEventTemplate, type TemplatePart } from './event-template.ts'

function parse(template: string): readonly TemplatePart[] {
  const parts = parseEventTemplate(template)
  if ('fault' in parts) throw new Error(parts.fault)
  return parts
}

const fill = (template: string, payload: Record<string, unknown>, limit = 100) =>
  fillEventTemplate(parse(template), payload, (value) => value, limit)

describe('a template', () => {
  it('is text with fields in it', () => {
    expect(parse('shop:{order.id}:*')).toEqual([{ text: 'shop:' }, { path: ['order', 'id'] }, { text: ':*' }])
    expect(parse('plain')).toEqual([{ text: 'plain' }])
  })

  it.each(['{', '}', 'a{b', 'a}b', '{}', '{a..b}', '{.a}', '{a b}', '{{a}}', `{${'a.'.repeat(8)}a}`, '{é}'])(
    '%s is refused with a reason',
    (template) => expect(parseEventTemplate(template)).toEqual({ fault: expect.stringMatching(/\w/) }),
  )
})

describe('filling', () => {
  it.each<[string, Record<string, unknown>, string[]]>([
    ['order:{order.id}', { order: { id: 7 } }, ['order:7']],
    ['{a}-{b}', { a: 'x', b: true }, ['x-true']],
    ['{price}', { price: -1.5 }, ['-1.5']],
    ['p:{ids}', { ids: [1, '2', 1] }, ['p:1', 'p:2']],
    ['p:{items.sku}', { items: [{ sku: 'a' }, { sku: 'b' }] }, ['p:a', 'p:b']],
    ['{a}:{b}', { a: [1, 2], b: [3, 4] }, ['1:3', '1:4', '2:3', '2:4']],
    ['p:{ids}', { ids: [] }, []],
    ['no field', {}, ['no field']],
    ['{a.b}', { a: [[{ b: 1 }], { b: [2] }] }, ['1', '2']],
  ])('%s from %j', (template, payload, texts) => {
    expect(fill(template, payload)).toEqual({ texts })
  })

  it.each<[string, Record<string, unknown>]>([
    ['{a.b}', {}],
    ['{a.b}', { a: null }],
    ['{a.b}', { a: { b: null } }],
    ['{a.b}', { a: { b: '' } }],
    ['{a.b}', { a: { b: { c: 1 } } }],
    ['{a.b}', { a: [{ b: 1 }, {}] }],
    ['{a.b}', { a: 'text' }],
    ['{a.b}', { a: { b: Number.NaN } }],
    ['{a.b}', { a: { b: 1e21 } }],
    ['{a.b}', { a: { b: 2 ** 53 } }],
  ])('%s names the field that %j does not hold', (template, payload) => {
    expect(fill(template, payload)).toEqual({ missing: 'a.b' })
  })

  it.each(['constructor', '__proto__', 'toString', 'length'])('finds no %s that nobody sent', (name) => {
    expect(fill(`{${name}}`, {})).toEqual({ missing: name })
  })

  it('goes through lists in lists, but not without end', () => {
    const nested = (depth: number): unknown => JSON.parse(`${'['.repeat(depth)}1${']'.repeat(depth)}`)
    expect(fill('{a}', { a: nested(8) })).toEqual({ texts: ['1'] })
    expect(fill('{a}', { a: nested(100_000) })).toEqual({ missing: 'a' })
  })

  it('counts combinations before it makes them', () => {
    const many = Array.from({ length: 10_000 }, (_, i) => i)
    expect(fill('{a}{b}{c}', { a: many, b: many, c: many }, 10_000)).toEqual({ tooMany: 100_000_000 })
  })
})
