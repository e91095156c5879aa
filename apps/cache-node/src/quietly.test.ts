import { ManualClock } from '@freshet/core/testing/manual-clock'
import { pino } from 'pino'
import { expect, it } from 'vitest'
import { quietly } from './quietly.ts'

it('says the same complaint once in ten seconds, and then how often it kept quiet', () => {
  const lines: { msg: string; suppressed: number; reqId?: string }[] = []
  const logger = pino({}, { write: (line: string) => void lines.push(JSON.parse(line)) })
  const clock = new ManualClock()
  const complain = quietly(logger, clock)
  for (let i = 0; i < 5; i++) complain('poll', new Error('away'))
  complain('fill', new Error('away'))
  clock.advance(10_000)
  complain('poll', new Error('away'), { reqId: 'r1' })
  expect(lines.map(({ msg, suppressed, reqId }) => [msg, suppressed, reqId])).toEqual([
    ['poll failed', 0, undefined],
    ['fill failed', 0, undefined],
    ['poll failed', 4, 'r1'],
  ])
})
