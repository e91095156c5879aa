import { describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { AppError } from '../errors/app-error.ts'
import { matchPattern } from '../patterns/match-pattern.ts'
import { parsePattern } from '../patterns/parse-pattern.ts'
import { evaluateEventRules } from './evaluate-event-rules.ts'
import { EventRule } from './event-rule.ts'

const ID = '0199a6b2-0000-4000-8000-000000000001'

function rule(fields: Partial<z.input<typeof EventRule>> = {}): EventRule {
  const targets = [{ kind: 'keys' as const, template: 'products:{id}' }]
  return EventRule.parse({ id: ID, name: 'one', eventType: 'product.changed', targets, reach: '*', ...fields })
}

const event = (payload: Record<string, unknown> = { id: 7 }, type = 'product.changed') => ({ type, payload })
const namesOf = (rules: EventRule[], type: string) =>
  evaluateEventRules(rules, event({ id: 7 }, type), '*').map(({ name }) => name)

describe('an event sets off', () => {
  it('the rules of its type, by name or by prefix, that are switched on', () => {
    const rules = [
      rule({ name: 'exact' }),
      rule({ name: 'prefix', eventType: 'product.*' }),
      rule({ name: 'any', eventType: '*' }),
      rule({ name: 'off', enabled: false }),
      rule({ name: 'longer', eventType: 'product.changed.price' }),
    ]
    expect(namesOf(rules, 'product.changed')).toEqual(['exact', 'prefix', 'any'])
    expect(namesOf(rules, 'product.')).toEqual(['prefix', 'any'])
    expect(namesOf(rules, 'products')).toEqual(['any'])
  })

  it('keys, tags, patterns and namespaces, hard or soft as the rule says', () => {
    const targets = [
      { kind: 'keys' as const, template: 'products:{id}' },
      { kind: 'tags' as const, template: 'brand-{brands}' },
      { kind: 'patterns' as const, template: 'search:*{id}*' },
      { kind: 'namespaces' as const, template: '{where}' },
    ]
    const payload = { id: 7, brands: [1, 2], where: 'reviews' }
    expect(evaluateEventRules([rule({ targets, mode: 'soft' })], event(payload), '*')).toEqual([
      {
        id: ID,
        name: 'one',
        mode: 'soft',
        reach: '*',
        matchers: {
          keys: ['products:7'],
          tags: ['brand-1', 'brand-2'],
          patterns: ['search:*7*'],
          namespaces: ['reviews'],
          all: false,
        },
        unmet: [],
      },
    ])
  })
})

describe('a value in a pattern', () => {
  it.each(['*', '?', '[a-z]', '\\', ']', '^', 'a-z', '\\*'])('%s stands for itself', (value) => {
    for (const template of ['k:{v}', 'k:[{v}]x']) {
      const targets = [{ kind: 'patterns' as const, template }]
      const [source = ''] =
        evaluateEventRules([rule({ targets })], event({ v: value }), '*')[0]?.matchers.patterns ?? []
      const pattern = parsePattern(source)
      if ('reason' in pattern) throw new Error(pattern.reason)
      if (template === 'k:{v}') expect(matchPattern(pattern, `k:${value}`)).toBe(true)
      else for (const one of value) expect(matchPattern(pattern, `k:${one}x`)).toBe(true)
      expect(matchPattern(pattern, 'k:bx')).toBe(false)
      expect(matchPattern(pattern, 'k:bcd')).toBe(false)
    }
  })
})

describe('a rule acts', () => {
  it('within what its author and the sender both hold', () => {
    const targets = [{ kind: 'tags' as const, template: 't' }]
    const reachOf = (author: string[] | '*', sender: string[] | '*') =>
      evaluateEventRules([rule({ targets, reach: author })], event(), sender).map(({ reach }) => reach)
    expect(reachOf('*', ['a'])).toEqual([['a']])
    expect(reachOf(['a', 'b'], ['b', 'c'])).toEqual([['b']])
    expect(reachOf(['a'], ['b'])).toEqual([])
  })

  it('on no key, pattern or namespace outside of it, and says so', () => {
    const targets = (['keys', 'patterns', 'namespaces'] as const).map((kind) => ({
      kind,
      template: kind === 'namespaces' ? 'b' : 'b:1',
    }))
    const [matched] = evaluateEventRules([rule({ targets, reach: ['a', 'c'] })], event(), ['a', 'b'])
    expect(matched?.matchers).toEqual({ keys: [], tags: [], patterns: [], namespaces: [], all: false })
    expect(matched?.unmet.map(({ reason }) => reason)).toEqual(Array(3).fill(expect.stringContaining('"b"')))
  })
})

describe('what a payload does not fill', () => {
  it('is told by target, and the others act', () => {
    const targets = [
      { kind: 'keys' as const, template: 'a:{missing}' },
      { kind: 'keys' as const, template: 'a:{id}' },
    ]
    const [matched] = evaluateEventRules([rule({ targets })], event(), '*')
    expect(matched?.matchers.keys).toEqual(['a:7'])
    expect(matched?.unmet).toEqual([{ template: 'a:{missing}', reason: expect.stringContaining('missing') }])
  })

  it.each([
    ['keys', '{v}', 'a\nb'],
    ['keys', '{v}', 'k'.repeat(513)],
    ['tags', '{v}', 't'.repeat(129)],
    ['patterns', '*{v}', 'p'.repeat(257)],
    ['namespaces', '{v}', 'a:b'],
    ['keys', '{not a path}', 'x'],
  ] as const)('%s from %s with %j is no matcher, and told', (kind, template, v) => {
    const [matched] = evaluateEventRules([rule({ targets: [{ kind, template }] })], event({ v }), '*')
    expect(matched?.matchers[kind]).toEqual([])
    expect(matched?.unmet).toHaveLength(1)
  })
})

describe('an event of too many', () => {
  const ids = (count: number) => event({ id: Array.from({ length: count }, (_, i) => i) })

  it('is refused with the limit', () => {
    expect(evaluateEventRules([rule()], ids(1_000), '*')[0]?.matchers.keys).toHaveLength(1_000)
    expect(() => evaluateEventRules([rule()], ids(1_001), '*')).toThrow(AppError)
  })

  it('is counted over all rules', () => {
    expect(() => evaluateEventRules([rule(), rule()], ids(501), '*')).toThrow(/1000/)
  })
})
