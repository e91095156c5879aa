import { expect, test } from 'vitest'
import { onceAMinute } from './once-a-minute.ts'

test('each subject is spoken of once a minute', () => {
  let nowMs = 0
  const said: string[] = []
  const limited = onceAMinute(() => nowMs)
  const say = (subject: string) => limited(subject, () => said.push(`${subject} at ${nowMs}`))
  for (nowMs of [0, 10, 59_999, 60_000, 60_001]) {
    say('Redis')
    if (nowMs === 10) say('PostgreSQL')
  }
  expect(said).toEqual(['Redis at 0', 'PostgreSQL at 10', 'Redis at 60000'])
})
