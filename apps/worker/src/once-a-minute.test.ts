import { expect, test } from 'vitest'
import { onceAMinute } from './once-a-minute.ts'

test('the same message passes once a minute, others at once', () => {
  let nowMs = 0
  const told: unknown[] = []
  const tell = onceAMinute(
    (error) => told.push(String(error)),
    () => nowMs,
  )
  tell(new Error('away'))
  tell(new Error('away'))
  tell('odd')
  nowMs = 59_999
  tell(new Error('away'))
  expect(told).toEqual(['Error: away', 'odd'])
  nowMs = 60_000
  tell(new Error('away'))
  expect(told).toEqual(['Error: away', 'odd', 'Error: away'])
})
