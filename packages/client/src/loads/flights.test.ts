import { describe, expect, test } from 'vitest'
import { type Flight, Flights } from './flights.ts'

/** Flights that end when the test says so. */
function setUp() {
  const flights = new Flights()
  const started: { flight: Flight; land(value: string): void; crash(error: Error): void }[] = []
  const ask = (signal?: AbortSignal) =>
    flights.join(
      'k',
      signal,
      (flight) =>
        new Promise<string>((land, crash) => {
          started.push({ flight, land, crash })
        }),
    )
  const settled = () => new Promise((resolve) => setImmediate(resolve))
  return { flights, started, ask, settled }
}

describe('callers of one key', () => {
  test('who ask while a flight is under way share the next one, since they may not have what was true before', async () => {
    const { started, ask, settled } = setUp()
    const first = ask()
    const later = [ask(), ask(), ask()]
    started[0]?.land('old')
    expect(await first).toBe('old')
    await settled()
    expect(started).toHaveLength(2)
    started[1]?.land('new')
    expect(await Promise.all(later)).toEqual(['new', 'new', 'new'])
    expect(started).toHaveLength(2)
  })

  test('share what is proven to be true after they asked', async () => {
    const { started, ask, settled } = setUp()
    const first = ask()
    const before = ask()
    const mark = started[0]?.flight.mark() ?? 0
    const after = ask()
    started[0]?.flight.proveAt(mark)
    started[0]?.land('stored')
    expect(await Promise.all([first, before])).toEqual(['stored', 'stored'])
    await settled()
    started[1]?.land('next')
    expect(await after).toBe('next')
  })

  test('get the failure of a flight that began after they asked, and of no other', async () => {
    const { started, ask, settled } = setUp()
    const first = ask()
    const later = [ask(), ask()]
    started[0]?.crash(new Error('one'))
    await expect(first).rejects.toThrow('one')
    await settled()
    started[1]?.crash(new Error('two'))
    for (const each of later) await expect(each).rejects.toThrow('two')
    expect(started).toHaveLength(2)
  })

  test('who go leave the others theirs; when all have gone the flight is told, and who comes then begins anew', async () => {
    const { flights, started, ask } = setUp()
    const [one, two] = [new AbortController(), new AbortController()]
    const first = ask(one.signal)
    const second = ask(two.signal)
    one.abort(new Error('bored'))
    await expect(first).rejects.toThrow('bored')
    expect(started[0]?.flight.signal.aborted).toBe(false)
    two.abort(new Error('late'))
    await expect(second).rejects.toThrow('late')
    expect([started[0]?.flight.signal.aborted, flights.has('k')]).toEqual([true, false])
    const third = ask()
    started[1]?.land('anew')
    expect(await third).toBe('anew')
  })

  test('who have gone already start nothing', async () => {
    const { started, ask } = setUp()
    await expect(ask(AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone')
    expect(started).toHaveLength(0)
  })
})
