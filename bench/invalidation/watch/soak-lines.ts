import { redisKeys } from '@freshet/core/keys/redis-keys'
import type { FigureStage } from '../stage/figure-stage.ts'
import { readSweep } from '../stage/read-sweep.ts'
import type { GroundTruth } from '../truth/ground-truth.ts'
import { RedisStalls } from './redis-stalls.ts'

const MIB = 1024 * 1024

/** What a soak looks like from time to time. */
export class SoakLines {
  static readonly head = [
    ...['', 'reads', 'hits', 'misses', 'innocent', 'RSS', 'heap', 'index', 'L1 entries', 'loop lag', 'L2 errors'],
    ...['log records', 'Redis', 'Redis stalled', 'sweeps'],
  ]
  readonly lines: string[][] = []
  private readonly stage: FigureStage
  private readonly truth: GroundTruth
  private readonly stalls: RedisStalls
  private seen = 0
  private misses = 0
  private innocent = 0

  constructor(stage: FigureStage, truth: GroundTruth) {
    this.stage = stage
    this.truth = truth
    this.stalls = new RedisStalls(stage.redis)
  }

  /** Adds a line about what happened since the one before. `seen`: keys read so far. */
  async add(name: string, seen: number): Promise<void> {
    const { innocent, invalidated, 'side by side': sideBySide } = this.truth.loads
    const misses = innocent + invalidated + sideBySide
    const count = (n: number) => n.toLocaleString('en')
    this.lines.push([
      name,
      count(seen - this.seen),
      `${((1 - (misses - this.misses) / (seen - this.seen)) * 100).toFixed(1)} %`,
      count(misses - this.misses),
      count(innocent - this.innocent),
      ...(await this.nodes()),
      ...(await this.shared()),
    ])
    console.error(this.lines.at(-1)?.join('  '))
    Object.assign(this, { seen, misses, innocent })
  }

  stop(): Promise<void> {
    return this.stalls.stop()
  }

  /** The largest of all nodes; of errors, the sum since the start. */
  private async nodes(): Promise<string[]> {
    const all = await Promise.all(this.stage.nodes.map((node) => node.metrics()))
    const gauges = all.map((metrics) => metrics.gauges)
    const largest = (field: keyof (typeof gauges)[number]) => Math.max(...gauges.map((gauge) => gauge[field]))
    return [
      mib(largest('rssBytes')),
      mib(largest('heapBytes')),
      mib(largest('indexBytes')),
      largest('l1Entries').toLocaleString('en'),
      `${largest('eventLoopLagMs').toFixed(0)} ms`,
      String(all.reduce((sum, { counters }) => sum + counters.l2Errors, 0)),
    ]
  }

  private async shared(): Promise<string[]> {
    const { redis, installation } = this.stage
    const used = Number(/used_memory:(\d+)/.exec(await redis.info('memory'))?.[1])
    const { complete, progress } = await readSweep(installation.worker)
    return [
      (await redis.xlen(redisKeys.logStream)).toLocaleString('en'),
      mib(used),
      `${this.stalls.takeWorstMs().toFixed(0)} ms`,
      progress < 1 ? `${complete} and ${(progress * 100).toFixed(0)} %` : String(complete),
    ]
  }
}

function mib(bytes: number): string {
  return `${Math.round(bytes / MIB).toLocaleString('en')} MiB`
}
