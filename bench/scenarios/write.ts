import { runRounds } from '../harness/rounds.ts'
import { putRequests } from '../harness/workload.ts'
import type { Scenario } from './scenario.ts'

/** One value stored a request. Freshet's goes to its log, to L2 and to L1; the others' to one place. */
export const write: Scenario = async (stage, options) => {
  const bare = await stage.startBare('bare')
  const node = await stage.startNode('node')
  const rival = await stage.startFastifyRedis('rival')
  const requests = await stage.generator.writeRequests(putRequests({ Authorization: stage.authorization }))
  const results = await runRounds(
    stage.generator,
    [
      { name: 'bare node:http, Map', servers: [bare], requests },
      { name: 'Freshet PUT (log, L2, L1)', servers: [node], requests },
      { name: 'Fastify + ioredis SET', servers: [rival], requests },
    ],
    options,
  )
  return [
    {
      title: 'Writes of 1 KiB, one process, closed loop; ratio to bare node:http',
      unit: 'requests',
      results,
      goals: [],
    },
  ]
}
