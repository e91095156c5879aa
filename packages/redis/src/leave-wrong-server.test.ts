import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { leaveWrongServer } from './leave-wrong-server.ts'

beforeEach(() => vi.useFakeTimers({ toFake: ['performance'] }))
afterEach(() => vi.useRealTimers())

test.each([
  "READONLY You can't write against a read only replica.",
  // As Redis 6.2 says it of a script.
  "ERR Error running script (call to f_1): @user_script:3: -READONLY You can't write against a read only replica.",
  'MOVED 3999 127.0.0.1:6381',
])('a server that is no master of ours any more is left each time: %s', (message) => {
  const leave = leaveWrongServer(() => {})
  expect([1, 2, 3].map(() => leave(new Error(message)))).toEqual([true, true, true])
})

test('where the slot went is passed on', () => {
  const moved = vi.fn()
  leaveWrongServer(moved)(new Error('MOVED 3999 127.0.0.1:6381'))
  expect(moved.mock.calls).toEqual([[new Error('MOVED 3999 127.0.0.1:6381')]])
})

test('one that was cut off is left once a second: it may be all there is', () => {
  const leave = leaveWrongServer(() => {})
  const error = new Error('CLUSTERDOWN The cluster is down')
  expect([leave(error), leave(error)]).toEqual([true, false])
  vi.advanceTimersByTime(999)
  expect(leave(error)).toBe(false)
  vi.advanceTimersByTime(1)
  expect(leave(error)).toBe(true)
})

// NOREPLICAS: a master without its replicas is the master all the same, until the sentinels say otherwise.
test.each([
  'NOREPLICAS Not enough good replicas',
  'NOSCRIPT No matching script.',
  'ASK 3999 127.0.0.1:6381',
  'TRYAGAIN Multiple keys',
  'LOADING',
  'OOM',
])('%s is no reason to leave', (message) => {
  expect(leaveWrongServer(() => {})(new Error(message))).toBe(false)
})
