import { expect, test } from 'vitest'
import { selectorsOf } from './promql.ts'

test('finds every metric that an expression selects, with the values it wants', () => {
  expect(
    selectorsOf(
      'sum by (tier) (rate(cache_hits_total{tier="l1",instance=~"a.*"}[5m])) / on () freshet:reads:rate5m > 0.5',
    ),
  ).toEqual([
    { name: 'cache_hits_total', equals: { tier: 'l1' } },
    { name: 'freshet:reads:rate5m', equals: {} },
  ])
})

test.each(['sum(rate(x[5m])', 'rate(x[5 minutes])', 'sum by (a rate(x[5m])'])('refuses %s', (text) => {
  expect(() => selectorsOf(text)).toThrow('not PromQL')
})
