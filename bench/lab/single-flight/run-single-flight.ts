import { setTimeout as sleep } from 'node:timers/promises'
import { startRedis } from '@freshet/testing/redis'
import { Undo } from '@freshet/testing/undo'
import { percentile } from '../../harness/statistics.ts'
import { openStage, type Stage } from '../cluster/stage.ts'
import { Flock, type Landed } from './flock.ts'

export interface SingleFlightOptions {
  nodes: number
  /** Readers of the one cold key, at the same time. */
  readers: number
  leaseMs: number
}

/** What came of many reads of one cold key. */
export interface Flown {
  name: string
  readers: number
  /** Loads of the key that reached the source. */
  loads: number
  /** Reads that got the value. */
  answered: number
  /** Answers of the first that did not, if any. */
  otherwise: string
  /** From the moment named until half of the answers, and the last, milliseconds. */
  medianAfterMs: number
  lastAfterMs: number
  since: string
}

/** For all requests to have arrived: there is no outside sign of that. */
const ARRIVED_MS = 1_000

/** Reads one cold key many times at once over all nodes; then another, whose owner is killed while it loads. */
export async function runSingleFlight(options: SingleFlightOptions): Promise<Flown[]> {
  const undo = new Undo()
  try {
    const redis = undo.add(await startRedis(), (server) => server.stop())
    const { nodes, leaseMs } = options
    const stage = await openStage({ nodes, spare: 0, leaseMs, redisUrl: redis.url }, undo)
    return [await allAtOnce(stage, options.readers, undo), await ownerKilled(stage, options.readers, undo)]
  } finally {
    await undo.all()
  }
}

async function allAtOnce(stage: Stage, readers: number, undo: Undo): Promise<Flown> {
  const { flock, gate, key } = await prepare(stage, readers, 'live:single:cold', undo)
  const before = stage.source.loads
  const landing = flock.read()
  await gate.reached
  await sleep(ARRIVED_MS)
  const openedMs = performance.now()
  gate.open()
  const landed = await landing
  return flown(`${readers} reads of one cold key`, stage, key, before, landed, openedMs, 'since the source answered')
}

async function ownerKilled(stage: Stage, readers: number, undo: Undo): Promise<Flown> {
  const { flock, gate, key } = await prepare(stage, readers, 'live:single:orphan', undo)
  const owner = stage.find(stage.topology.ring.ownerOf(key) ?? '')
  if (owner === undefined) throw new Error('the ring has no owner for the key')
  const before = stage.source.loads
  const landing = flock.read()
  await gate.reached
  await sleep(ARRIVED_MS)
  const killedMs = performance.now()
  stage.kill(owner)
  const landed = await landing
  gate.open()
  return flown(`the same, its owner killed while it loads`, stage, key, before, landed, killedMs, 'since the kill')
}

async function prepare(stage: Stage, readers: number, key: string, undo: Undo) {
  const urls = stage.nodes.map(({ part }) => part.url)
  let turn = 0
  const others = (lost: string) => {
    const left = urls.filter((url) => url !== lost)
    return left[turn++ % left.length] ?? ''
  }
  const flock = undo.add(await Flock.connect(readers, urls, key, stage.token, others), async (it) => it.close())
  return { flock, key, gate: stage.source.gate(key) }
}

function flown(
  name: string,
  stage: Stage,
  key: string,
  loadsBefore: number,
  landed: readonly Landed[],
  sinceMs: number,
  since: string,
): Flown {
  const value = String(stage.oracle.rows.of(key).committed)
  const right = landed.filter(({ status, body }) => status === 200 && body === value)
  const wrong = landed.find(({ status, body }) => status !== 200 || body !== value)
  return {
    name,
    readers: landed.length,
    loads: stage.source.loads - loadsBefore,
    answered: right.length,
    otherwise: wrong === undefined ? '' : `${wrong.status} ${wrong.body.slice(0, 100)}`,
    medianAfterMs: percentile(
      landed.map(({ atMs }) => atMs - sinceMs),
      0.5,
    ),
    lastAfterMs: Math.max(...landed.map(({ atMs }) => atMs)) - sinceMs,
    since,
  }
}
