import { ManualClock } from '@freshet/core/testing/manual-clock'
import { pino } from 'pino'
import { expect, it } from 'vitest'
import { quietly } from './quietly.ts'

it('says the same complaint once in ten seconds, and then how often it kept quiet', () => {
  const lines: { msg: string; suppressed: number }[] = []
  const logger = pino({}, { write: (line: string) => void lines.push(JSON.parse(line)) })
  const clock = new ManualClock()
  const complain = quietly(logger, clock)
  for (let i = 0; i < 5; i++) complain('poll', new Error('away'))
  complain('fill', new Error('away'))
  clock.advance(10_000)
  complain('poll', new Error('away'))
  expect(lines.map(({ msg, suppressed }) => [msg, suppressed])).toEqual([
    ['poll failed', 0],
    ['fill failed', 0],
    ['poll failed', 4],
  ])
})
