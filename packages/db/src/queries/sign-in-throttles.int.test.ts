import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, expect, test } from 'vitest'
import { openTestDb } from '../testing/open-test-db.ts'
import { clearFailures, pruneThrottles, readFailures, recordFailure } from './sign-in-throttles.ts'

const { db } = await openTestDb(afterAll)

test('failures at the same moment all count', async () => {
  await Promise.all(Array.from({ length: 20 }, () => recordFailure(db, 'storm', 60_000)))
  expect((await readFailures(db, 'storm')).failures).toBe(20)
})

test('further failures do not prolong the window, and after it counting begins anew', async () => {
  await recordFailure(db, 'window', 2_000)
  await sleep(200)
  await recordFailure(db, 'window', 2_000)
  const { failures, remainingMs } = await readFailures(db, 'window')
  expect(failures).toBe(2)
  expect(remainingMs).toBeLessThan(1_900)
  await expect.poll(async () => (await readFailures(db, 'window')).failures).toBe(0)
  await recordFailure(db, 'window', 60_000)
  expect((await readFailures(db, 'window')).failures).toBe(1)
})

test('success forgets one subject only', async () => {
  await recordFailure(db, 'ann', 60_000)
  await recordFailure(db, 'bob', 60_000)
  await clearFailures(db, 'ann')
  expect((await readFailures(db, 'ann')).failures).toBe(0)
  expect((await readFailures(db, 'bob')).failures).toBe(1)
})

test('pruning removes windows that have ended, and the table names nobody', async () => {
  await recordFailure(db, 'gone@example.org', 1)
  await recordFailure(db, 'here@example.org', 60_000)
  await sleep(20)
  await pruneThrottles(db)
  expect((await readFailures(db, 'here@example.org')).failures).toBe(1)
  const rows = await db.signInThrottle.findMany()
  expect(rows.filter(({ expiresAt }) => expiresAt < new Date())).toEqual([])
  expect(JSON.stringify(rows)).not.toContain('example.org')
})
