import { expect, test, vi } from 'vitest'
import { Roster } from './roster.mjs'
import { supervise } from './supervise.mjs'

/** A service that dies when told to. @returns {{ service: import('../processes/service.mjs').Service, die: () => void }} */
function mortal() {
  /** @type {(exit: import('../processes/service.mjs').Exit) => void} */
  let end = () => {}
  const exited = new Promise((resolve) => {
    end = resolve
  })
  const gone = new AbortController().signal
  const service = { name: 'node-1', pid: 1, logFile: '/nowhere', exited, gone, signal: () => {}, stop: async () => {} }
  return { service, die: () => end({ code: null, signal: 'SIGKILL' }) }
}

function watched() {
  const said = /** @type {string[]} */ ([])
  const say = (/** @type {string} */ line) => void said.push(line)
  return { roster: new Roster(), said, say, pause: vi.fn(async (/** @type {number} */ _ms) => {}) }
}

test('a service that dies is started again', async () => {
  const [first, second] = [mortal(), mortal()]
  const watch = watched()
  void supervise(first.service, { ...watch, start: async () => second.service })
  first.die()
  await expect
    .poll(() => watch.said)
    .toEqual([expect.stringContaining('node-1 ended unexpectedly (SIGKILL)'), 'node-1 is back'])
})

test('one that dies again and again is given up on', async () => {
  const watch = watched()
  const first = mortal()
  const start = async () => {
    const next = mortal()
    next.die()
    return next.service
  }
  first.die()
  await supervise(first.service, { ...watch, start })
  expect(watch.roster.failure?.message).toContain('5 times within a minute')
  expect(watch.pause.mock.calls.map(([ms]) => ms)).toEqual([250, 500, 1000, 2000])
})

test('one that cannot be started again is given up on', async () => {
  const watch = watched()
  const { service, die } = mortal()
  die()
  await supervise(service, { ...watch, start: () => Promise.reject(new Error('its port is taken')) })
  expect(watch.roster.failure?.message).toContain('its port is taken')
})

test('an end that was asked for is left at that', async () => {
  const watch = watched()
  const { service, die } = mortal()
  const start = vi.fn()
  watch.roster.beginStop()
  die()
  await supervise(service, { ...watch, start })
  expect(start).not.toHaveBeenCalled()
  expect(watch.said).toEqual([])
})
