import { expect, it } from 'vitest'
import { SingleFlight } from './single-flight.ts'

function gate<T>() {
  let open = (_value: T) => {}
  let fail = (_error: Error) => {}
  const opened = new Promise<T>((resolve, reject) => {
    open = resolve
    fail = reject
  })
  return { opened, open, fail }
}

it('runs one call per key for all who ask meanwhile, and tells who began it', async () => {
  const flights = new SingleFlight<string>()
  const { opened, open } = gate<string>()
  let calls = 0
  const start = () => {
    calls++
    return opened
  }
  const flown = Promise.all(Array.from({ length: 1_000 }, () => flights.fly('k', start)))
  const other = flights.fly('other', async () => 'other')
  expect(flights.size).toBe(2)
  expect(await other).toEqual({ value: 'other', began: true })
  open('value')
  const results = await flown
  expect(calls).toBe(1)
  expect(results.filter(({ began }) => began)).toHaveLength(1)
  expect(results.every(({ value }) => value === 'value')).toBe(true)
})

it('has left the table by the time anybody hears of its end, so that the next asks anew', async () => {
  const flights = new SingleFlight<number>()
  let calls = 0
  const start = async () => ++calls
  const first = flights.fly('k', start).then(({ value }) => {
    expect(flights.isFlying('k')).toBe(false)
    return value
  })
  expect(await first).toBe(1)
  expect((await flights.fly('k', start)).value).toBe(2)
})

it('fails for all who waited and for nobody after', async () => {
  const flights = new SingleFlight<string>()
  const { opened, fail } = gate<string>()
  const flown = Promise.allSettled([flights.fly('k', () => opened), flights.fly('k', () => opened)])
  fail(new Error('no'))
  expect((await flown).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(flights.size).toBe(0)
  expect((await flights.fly('k', async () => 'yes')).value).toBe('yes')
})

it('does not keep a key whose call throws at once', async () => {
  const flights = new SingleFlight<string>()
  const start = () => {
    throw new Error('at once')
  }
  await expect(flights.fly('k', start)).rejects.toThrow('at once')
  expect(flights.isFlying('k')).toBe(false)
})

it('lets a flight that follows another from its own end run its course', async () => {
  const flights = new SingleFlight<string>()
  const { opened, open } = gate<string>()
  const second = flights.fly('k', async () => 'first').then(() => flights.fly('k', () => opened))
  await flights.fly('k', async () => 'never')
  await Promise.resolve()
  expect(flights.isFlying('k')).toBe(true)
  open('second')
  expect(await second).toEqual({ value: 'second', began: true })
  expect(flights.size).toBe(0)
})
