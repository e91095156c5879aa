import { expect, it } from 'vitest'
import { oneAtATime } from './one-at-a-time.ts'

/** A task whose runs end when the test says so. */
function setUp() {
  const running: { end(): void; fail(): void }[] = []
  const call = oneAtATime(
    () =>
      new Promise<void>((resolve, reject) => running.push({ end: resolve, fail: () => reject(new Error('failed')) })),
  )
  return { running, call }
}

it('lets calls that come while it runs share one run more, which begins when that one has ended', async () => {
  const { running, call } = setUp()
  const first = call()
  const [second, third] = [call(), call()]
  expect(running).toHaveLength(1)
  running[0]?.end()
  await first
  await expect.poll(() => running).toHaveLength(2)
  running[1]?.end()
  await Promise.all([second, third])
  expect(running).toHaveLength(2)
})

it('runs again after a failure, and tells the failure to those whose run it was alone', async () => {
  const { running, call } = setUp()
  const first = call()
  const second = call()
  running[0]?.fail()
  await expect(first).rejects.toThrow('failed')
  await expect.poll(() => running).toHaveLength(2)
  running[1]?.end()
  await expect(second).resolves.toBeUndefined()
  const third = call()
  running[2]?.end()
  await expect(third).resolves.toBeUndefined()
})
