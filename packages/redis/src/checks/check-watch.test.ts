import { type Observation, rate } from '@freshet/core/contracts/findings'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { plainSettings, soundFacts } from '../testing/server-facts.ts'
import { CheckWatch } from './check-watch.ts'
import { promisesOf } from './promises.ts'

const evicts: Observation = { code: 'log_evicts', message: 'it evicts', remedy: 'make it stop' }
const skewed: Observation = { code: 'clock_skew', message: 'it is late', remedy: 'wind it' }

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function setUp(environment: 'production' | 'development', accepted: string[] = []) {
  const told: string[] = []
  const say = (level: string) => (facts: object, message: string) =>
    told.push(`${level} ${'code' in facts ? `${facts.code}: ` : ''}${message}`)
  const seen: Observation[] = []
  const checks = {
    fenceMs: 0,
    look: async () => ({
      findings: seen.map((observation) => rate(observation, environment, new Set(accepted))),
      promises: promisesOf(soundFacts(), plainSettings(), 0),
    }),
  }
  const log = { error: say('error'), warn: say('warn'), info: say('info') }
  return { told, seen, begin: () => CheckWatch.begin({ checks, everyMs: 60_000, log }) }
}

it('refuses in production what is only told elsewhere, with what to do', async () => {
  const production = setUp('production')
  production.seen.push(evicts, skewed)
  await expect(production.begin()).rejects.toThrow('log_evicts: it evicts. make it stop.')
  expect(production.told).toEqual(['error log_evicts: it evicts', 'warn clock_skew: it is late'])

  const development = setUp('development')
  development.seen.push(evicts)
  const watch = await development.begin()
  expect(development.told[0]).toBe('warn log_evicts: it evicts')
  watch.stop()
})

it('starts with what the operator lives with, and says so', async () => {
  const { seen, told, begin } = setUp('production', ['log_evicts'])
  seen.push(evicts)
  const watch = await begin()
  expect(told[0]).toBe('info log_evicts: it evicts')
  watch.stop()
})

it('tells a finding when it appears and when it is gone, not each time', async () => {
  const { seen, told, begin } = setUp('production')
  const watch = await begin()
  told.splice(0)
  seen.push(skewed)
  await vi.advanceTimersByTimeAsync(180_000)
  expect(told).toEqual(['warn clock_skew: it is late'])
  expect(watch.report.findings).toMatchObject([{ code: 'clock_skew', level: 'warn' }])
  seen.splice(0)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(told.at(-1)).toBe('info clock_skew: a finding of the checks is gone')
  watch.stop()
})
