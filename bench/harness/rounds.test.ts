import { expect, it } from 'vitest'
import type { Load, Measurement } from './load-generator.ts'
import type { BenchOptions } from './options.ts'
import { runRounds } from './rounds.ts'
import type { ServerProcess } from './server-process.ts'

const options: BenchOptions = {
  rounds: 3,
  seconds: 1,
  warmUpSeconds: 1,
  connections: 8,
  only: [],
  json: '',
  gate: false,
}

/** A server that uses `cpuPerLook` seconds of CPU between two looks at it. */
function server(port: number, cpuPerLook: number): ServerProcess {
  let used = 0
  return {
    name: `server ${port}`,
    port,
    cpuSeconds: () => {
      used += cpuPerLook
      return used
    },
    stop: async () => {},
  }
}

/** Gives each port the throughputs listed for it, one after the other. */
function generator(rps: Record<number, number[]>) {
  const order: number[] = []
  const measure = async ({ ports, rate }: Load): Promise<Measurement> => {
    const port = ports[0] ?? 0
    order.push(port)
    const latency = { mean: 1, p50: 1, p95: port, p99: 3, p999: 4, max: 5 }
    return { offered: rate ?? 0, rps: rps[port]?.shift() ?? 0, ...latency, errs: 0, bad: 0, busy: 0.5 }
  }
  return { order, measure }
}

it('measures the cases in turn and takes ratios within a round', async () => {
  const { order, measure } = generator({ 1: [100, 10, 100], 2: [50, 20, 60] })
  const cases = [
    { name: 'a', servers: [server(1, 0.01)], requests: '' },
    { name: 'b', servers: [server(2, 0.02)], requests: '', unitsPerRequest: 10 },
  ]
  const [a, b] = await runRounds({ measure }, cases, options)
  expect(order).toEqual([1, 2, 1, 2, 1, 2])
  expect(a).toMatchObject({ perSecond: 100, range: [10, 100], ratio: 1, p95: 1 })
  // In keys, 500/100, 200/10 and 600/100: the slow second round hurts the ratio of one round only.
  expect(b).toMatchObject({ perSecond: 500, range: [200, 600], ratio: 6, p95: 2 })
})

it('counts CPU per request over warm-up and measurement', async () => {
  const { measure } = generator({ 1: [1_000, 1_000, 1_000] })
  const [result] = await runRounds({ measure }, [{ name: 'a', servers: [server(1, 0.02)], requests: '' }], options)
  expect(result?.cpuUs).toBeCloseTo(10)
})
