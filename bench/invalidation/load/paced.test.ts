import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { during, paced } from './paced.ts'

it('keeps its rate although each takes longer than the pause between them', async () => {
  let atOnce = 0
  let most = 0
  const going = paced(200, async () => {
    most = Math.max(most, ++atOnce)
    await sleep(50)
    atOnce--
  })
  await during(300, going)
  await going.stop()
  expect(atOnce).toBe(0)
  expect(most).toBeGreaterThan(3)
  expect(going.count).toBeGreaterThan(40)
})

it('says at once what went wrong, and again when it is stopped', async () => {
  const going = paced(1_000, () => Promise.reject(new Error('refused')))
  await expect(during(10_000, going)).rejects.toThrow('refused')
  await expect(going.stop()).rejects.toThrow('refused')
})

it('fails rather than pile up what is never answered', async () => {
  const going = paced(1_000_000, () => new Promise(() => {}))
  await expect(during(10_000, going)).rejects.toThrow('cannot be kept up')
})
