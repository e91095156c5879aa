import type { ScenarioReport } from '../harness/report.ts'
import { type Case, runRounds } from '../harness/rounds.ts'
import { fill, getRequests, requireTier, warm } from '../harness/workload.ts'
import type { Scenario } from './scenario.ts'

const SHARE_OF_SATURATION = 0.7
const HIGH_RATE = 100_000

/** Two nodes together against two bare servers, open loop: what callers wait when the machine is busy, not full. */
export const pair: Scenario = async (stage, options) => {
  const authorized = { Authorization: stage.authorization }
  const bare = [await stage.startBare('bare 1'), await stage.startBare('bare 2')]
  const nodes = [await stage.startNode('node 1'), await stage.startNode('node 2')]
  for (const server of bare) await fill(server, {})
  for (const node of nodes.slice(0, 1)) await fill(node, authorized)
  for (const node of nodes) {
    await warm(node, authorized)
    await requireTier(node, authorized, 'l1')
  }

  const requests = await stage.generator.writeRequests(getRequests(authorized))
  const cases = (rate?: number): Case[] => [
    { name: 'bare pair', servers: bare, requests, rate },
    { name: 'Freshet pair, L1 hits', servers: nodes, requests, rate },
  ]
  const saturated = await runRounds(stage.generator, cases(), options)
  const moderateRate = Math.round((saturated[0]?.perSecond ?? 0) * SHARE_OF_SATURATION)
  const moderate = await runRounds(stage.generator, cases(moderateRate), options)
  const high = await runRounds(stage.generator, cases(HIGH_RATE), options)

  const slowdown = (moderate[1]?.p95 ?? Number.NaN) / (moderate[0]?.p95 ?? Number.NaN)
  const highP95Ms = (high[1]?.p95 ?? Number.NaN) / 1_000
  const report = (title: string, results: ScenarioReport['results'], goals: ScenarioReport['goals'] = []) => ({
    title,
    unit: 'requests',
    results,
    goals,
  })
  return [
    report('Two processes, closed loop: what they take at most', saturated),
    report(`Two processes, ${moderateRate.toLocaleString('en')}/s offered (70 % of the bare pair)`, moderate, [
      { what: "p95 at most twice the bare pair's", met: slowdown <= 2, measured: slowdown },
    ]),
    report(`Two processes, ${HIGH_RATE.toLocaleString('en')}/s offered`, high, [
      { what: 'p95 under 0.5 ms', met: highP95Ms < 0.5, measured: highP95Ms },
    ]),
  ]
}
