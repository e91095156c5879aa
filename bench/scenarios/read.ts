import { runRounds } from '../harness/rounds.ts'
import { fill, getRequests, requireTier, warm } from '../harness/workload.ts'
import type { Scenario } from './scenario.ts'

/** One value a request, from where it lies nearest to where it lies farthest. */
export const read: Scenario = async (stage, options) => {
  const authorized = { Authorization: stage.authorization }
  const bare = await stage.startBare('bare')
  const node = await stage.startNode('node')
  const tiny = await stage.startNode('tiny', { FRESHET_L1_MAX_ENTRIES: '1' })
  const rival = await stage.startFastifyRedis('rival')
  await fill(bare, {})
  await fill(node, authorized)
  await fill(rival, {})
  await warm(node, authorized)
  await requireTier(node, authorized, 'l1')
  await requireTier(tiny, authorized, 'l2')

  const gets = await stage.generator.writeRequests(getRequests(authorized))
  // Any field that the lane does not know takes the long way; this one changes nothing else.
  const longWay = await stage.generator.writeRequests(getRequests({ ...authorized, 'X-Long-Way': '1' }))
  const results = await runRounds(
    stage.generator,
    [
      { name: 'bare node:http, Map', servers: [bare], requests: gets },
      { name: 'Freshet, L1 hit', servers: [node], requests: gets },
      { name: 'Freshet, L1 hit, not on the lane', servers: [node], requests: longWay },
      { name: 'Freshet, L2 hit', servers: [tiny], requests: gets },
      { name: 'Fastify + ioredis GET', servers: [rival], requests: gets },
    ],
    options,
  )
  const hit = results[1]?.ratio ?? 0
  return [
    {
      title: 'Reads of 1 KiB, one process, closed loop; ratio to bare node:http',
      unit: 'requests',
      results,
      goals: [{ what: 'L1 hit at least 0.85 of bare node:http', met: hit >= 0.85, measured: hit }],
    },
  ]
}
