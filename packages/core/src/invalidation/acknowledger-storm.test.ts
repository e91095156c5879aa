import { expect, it } from 'vitest'
import { runMemberStorm } from '../testing/member-world/run-member-storm.ts'

const STORMS = 200

it('nothing is acknowledged while a node without it could hold a lease', { timeout: 60_000 }, async () => {
  const total = { members: 0, lease: 0, lost: 0, reaped: 0 }
  for (let seed = 1; seed <= STORMS; seed++) {
    const report = await runMemberStorm(seed)
    expect(report.violation, `seed ${seed}`).toBeNull()
    total.members += report.members
    total.lease += report.lease
    total.lost += report.lost
    total.reaped += report.reaped
  }
  // Storms in which little happens would prove little.
  expect(total.members).toBeGreaterThan(10 * STORMS)
  expect(total.lease).toBeGreaterThan(10 * STORMS)
  expect(total.lost).toBeGreaterThan(STORMS)
  expect(total.reaped).toBeGreaterThan(STORMS)
})
