import type { LoadGenerator, Measurement } from './load-generator.ts'
import type { BenchOptions } from './options.ts'
import type { ServerProcess } from './server-process.ts'
import { median } from './statistics.ts'

/** One thing to measure. */
export interface Case {
  name: string
  servers: readonly ServerProcess[]
  /** The file of requests. */
  requests: string
  /** Requests per second offered, open loop; absent: closed loop. */
  rate?: number
  /** What one request carries, e.g. 100 keys; throughput is counted in these. 1 by default. */
  unitsPerRequest?: number
}

type Measurer = Pick<LoadGenerator, 'measure'>

export interface CaseResult {
  name: string
  /** Units per second, median of the rounds, and the lowest and highest round. */
  perSecond: number
  range: readonly [number, number]
  /** Of the first case in the same round, the median of the rounds. */
  ratio: number
  /** Server CPU per request, kernel included. Other processes disturb it less than throughput. */
  cpuUs: number
  /** Medians of the rounds, microseconds. */
  p50: number
  p95: number
  p99: number
  /** Largest share of a core that the load generator needed. */
  generatorBusy: number
  rounds: readonly Measurement[]
}

interface Sample {
  measurement: Measurement
  cpuUs: number
}

/**
 * Measures all cases once per round, one after the other, so that what disturbs the machine for a while disturbs them
 * alike. Ratios are taken within a round, to the first case, before their median is taken.
 */
export async function runRounds(
  generator: Measurer,
  cases: readonly Case[],
  options: BenchOptions,
): Promise<CaseResult[]> {
  const samples = cases.map((): Sample[] => [])
  for (let round = 0; round < options.rounds; round++)
    for (const [i, one] of cases.entries()) samples[i]?.push(await sample(generator, one, options))
  const baseline = samples[0] ?? []
  const unitsOfBaseline = cases[0]?.unitsPerRequest ?? 1
  return cases.map((one, i) => summarise(one, samples[i] ?? [], baseline, unitsOfBaseline))
}

async function sample(generator: Measurer, one: Case, options: BenchOptions): Promise<Sample> {
  const cpuBefore = cpuSeconds(one)
  const measurement = await generator.measure({
    requests: one.requests,
    ports: one.servers.map(({ port }) => port),
    connections: options.connections,
    seconds: options.seconds,
    warmUpSeconds: options.warmUpSeconds,
    rate: one.rate ?? null,
  })
  const requests = measurement.rps * (options.seconds + options.warmUpSeconds)
  return { measurement, cpuUs: ((cpuSeconds(one) - cpuBefore) / requests) * 1e6 }
}

function cpuSeconds({ servers }: Case): number {
  return servers.reduce((sum, server) => sum + server.cpuSeconds(), 0)
}

function summarise(one: Case, samples: Sample[], baseline: Sample[], unitsOfBaseline: number): CaseResult {
  const units = one.unitsPerRequest ?? 1
  const perSecond = samples.map(({ measurement }) => measurement.rps * units)
  const of = (field: 'p50' | 'p95' | 'p99') => median(samples.map(({ measurement }) => measurement[field]))
  return {
    name: one.name,
    perSecond: median(perSecond),
    range: [Math.min(...perSecond), Math.max(...perSecond)],
    ratio: median(
      perSecond.map((value, i) => value / ((baseline[i]?.measurement.rps ?? Number.NaN) * unitsOfBaseline)),
    ),
    cpuUs: median(samples.map(({ cpuUs }) => cpuUs)),
    p50: of('p50'),
    p95: of('p95'),
    p99: of('p99'),
    generatorBusy: Math.max(...samples.map(({ measurement }) => measurement.busy)),
    rounds: samples.map(({ measurement }) => measurement),
  }
}
