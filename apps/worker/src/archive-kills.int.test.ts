import { setTimeout as sleep } from 'node:timers/promises'
import { redisKeys } from '@freshet/core/keys/redis-keys'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Accepted, expectAudited } from './testing/accepted.ts'
import { freeze } from './testing/freeze.ts'
import { startStack, type WorkerStack } from './testing/worker-stack.ts'

/** How long PostgreSQL says nothing, milliseconds. */
const OUTAGE_MS = Number(process.env.FAULTS_POSTGRES_OUTAGE_MS ?? 8_000)

let stack: WorkerStack
let accepted: Accepted
beforeEach(async () => {
  stack = await startStack(process.env)
  accepted = new Accepted(stack.redis)
})
afterEach(async () => {
  accepted.stop()
  await stack.stop()
})

const audited = () => stack.db.auditEntry.count().catch(() => 0)

test('a worker that is killed again and again while it archives loses and doubles nothing', {
  timeout: 120_000,
}, async () => {
  await accepted.invalidate(10_000)
  accepted.rain(200)
  for (let kills = 0; kills < 3; kills++) {
    const before = await audited()
    const worker = await stack.startWorker()
    // In the middle: it has begun, and it has not caught up.
    await expect.poll(audited, { timeout: 30_000, interval: 5 }).toBeGreaterThan(before)
    expect(await audited()).toBeLessThan(accepted.ids.length)
    await worker.kill()
  }
  const last = await stack.startWorker()
  await sleep(1_000)
  accepted.stop()
  await expectAudited(stack.db, accepted.ids, 60_000)
  await expect.poll(() => last.metric('log_archive_lag_records'), { timeout: 10_000 }).toBe(0)
})

test('PostgreSQL stands still under invalidations: the log is kept, the lag is told, nothing is lost or doubled', {
  timeout: 120_000 + OUTAGE_MS,
}, async () => {
  const worker = await stack.startWorker({ FRESHET_LOG_SPARE_RECORDS: '0' })
  accepted.rain(200)
  await expect.poll(audited, { timeout: 30_000 }).toBeGreaterThan(100)
  const thaw = freeze(stack.postgres.pid)
  const stoppedMs = performance.now()
  await sleep(OUTAGE_MS)
  const outageS = (performance.now() - stoppedMs) / 1_000
  const lagS = await worker.metric('log_archive_lag_seconds')
  expect(lagS).toBeGreaterThan(outageS - 3)
  expect(lagS).toBeLessThan(outageS + 3)
  expect(await worker.metric('log_archive_lag_records')).toBeGreaterThan(10)
  thaw()
  await sleep(500)
  accepted.stop()
  await expectAudited(stack.db, accepted.ids, 60_000)
  expect(await worker.metric('log_lost_records_total')).toBe(0)
})

test('PostgreSQL is killed and restarted under invalidations: nothing is lost or doubled', {
  timeout: 120_000,
}, async () => {
  await stack.startWorker()
  accepted.rain(400)
  await expect.poll(audited, { timeout: 30_000 }).toBeGreaterThan(100)
  stack.postgres.kill('SIGKILL')
  await sleep(2_000)
  expect(await stack.redis.xlen(redisKeys.logStream)).toBeGreaterThan(0)
  await stack.postgres.restart()
  await sleep(500)
  accepted.stop()
  await expectAudited(stack.db, accepted.ids, 60_000)
})
