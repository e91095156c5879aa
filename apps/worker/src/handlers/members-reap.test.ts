import { expect, it, vi } from 'vitest'
import { createReap } from './members-reap.ts'

const run = {
  report: async () => {},
  save: async () => {},
  shouldYield: () => false,
  signal: new AbortController().signal,
}

it('says whom it took off the list, and counts them', async () => {
  const member = { nodeId: 'node-1', incarnation: 'i', applied: 0, polls: 7, leaseMs: 800 }
  const [warn, reaped] = [vi.fn(), vi.fn()]
  await createReap({ reaper: { look: async () => [member] }, log: { warn }, metrics: { reaped } })({}, run)
  expect(reaped).toHaveBeenCalledWith(1)
  expect(warn).toHaveBeenCalledWith(expect.objectContaining({ nodeId: 'node-1', polls: 7 }), expect.any(String))
})

it('takes nobody off where only members’ word acknowledges', async () => {
  const reaped = vi.fn()
  await createReap({ reaper: null, log: { warn: vi.fn() }, metrics: { reaped } })({}, run)
  expect(reaped).toHaveBeenCalledWith(0)
})
