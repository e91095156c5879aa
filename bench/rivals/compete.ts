import { setTimeout as sleep } from 'node:timers/promises'
import { startRedis } from '@freshet/testing/redis'
import { TcpProxy } from '@freshet/testing/tcp-proxy'
import { Redis } from 'ioredis'
import type { Answer, Entrant } from './contestants/contestant.ts'
import type { Race } from './races/race.ts'
import { Source } from './source.ts'
import type { Column } from './table.ts'
import { type Tally, tallyOf } from './tally.ts'
import type { Trial, World } from './trial.ts'

interface Rules {
  races: readonly Race[]
  trials: number
  settleMs: number
}

/** Runs one entrant through all races, in a world of its own. */
export async function compete(entrant: Entrant, { races, trials, settleMs }: Rules): Promise<Column> {
  const settle = () => sleep(settleMs)
  return inWorldOf(entrant, async (world) => {
    const results: Record<string, Record<string, Tally>> = {}
    for (const [r, race] of races.entries()) {
      const answers: Record<string, Answer>[] = []
      for (let t = 0; t < trials; t++)
        answers.push(await runTrial(race, { ...world, key: `race${r}-trial${t}`, settle }))
      results[race.name] = Object.fromEntries(
        race.views.map((view) => [view, tallyOf(answers.flatMap((views) => views[view] ?? []))]),
      )
      console.error(`${entrant.name}: ${race.name}: ${JSON.stringify(results[race.name])}`)
    }
    return { name: entrant.name, setUp: entrant.setUp, results }
  })
}

async function runTrial(race: Race, trial: Trial): Promise<Record<string, Answer>> {
  try {
    return await race.run(trial)
  } catch (error) {
    throw new Error(`${trial.contestant.name}, ${race.name}, ${trial.key}: the trial could not be run`, {
      cause: error,
    })
  }
}

async function inWorldOf<Result>(entrant: Entrant, use: (world: World) => Promise<Result>): Promise<Result> {
  const server = await startRedis()
  const redis = new Redis(server.url)
  // It is restarted in one of the races, and the client says so.
  redis.on('error', () => {})
  const proxy = await TcpProxy.open(server.port)
  const source = await Source.open()
  try {
    const contestant = await entrant.enter({
      redisUrl: server.url,
      proxiedRedisUrl: `redis://127.0.0.1:${proxy.port}`,
      sourceUrl: source.url,
    })
    try {
      return await use({ contestant, source, server, redis, proxy })
    } finally {
      await contestant.close()
    }
  } finally {
    redis.disconnect()
    await Promise.all([proxy.close(), source.close()])
    await server.stop()
  }
}
