import { expect, test } from 'vitest'
import { metricsOf } from './promql.ts'

test('names every metric that an expression selects, and nothing else', () => {
  expect(metricsOf('sum by (tier) (rate(cache_hits_total{tier="l1"}[5m])) / on () freshet:reads:rate5m > 0.5')).toEqual(
    ['cache_hits_total', 'freshet:reads:rate5m'],
  )
})

test.each(['sum(rate(x[5m])', 'rate(x[5 minutes])', 'sum by (a rate(x[5m])'])('refuses %s', (text) => {
  expect(() => metricsOf(text)).toThrow('not PromQL')
})
