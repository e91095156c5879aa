import type { LoadGenerator } from '../../harness/load-generator.ts'
import type { FigureStage } from '../stage/figure-stage.ts'
import { during, paced } from './paced.ts'
import { pickCaller } from './pick-caller.ts'
import { invalidationRequests } from './requests.ts'

const KEYS_PER_SECOND = 10_000
const KEYS_PER_REQUEST = 100
const CONNECTIONS = 64

/** Invalidations of keys that nobody reads, over all nodes, for a while. */
export interface Rain {
  name: string
  /** Resolves to the keys that were invalidated per second. */
  fall(seconds: number): Promise<number>
}

/** None, for comparison; ten thousand keys a second by the hundred; and one by one, each in a request of its own. */
export async function rains(stage: FigureStage, generator: LoadGenerator): Promise<Rain[]> {
  const { callers, catalogue, nodes } = stage
  const requests = await generator.writeRequests(invalidationRequests(stage))
  let named = 0
  const names = () => Array.from({ length: KEYS_PER_REQUEST }, () => catalogue.beyond(named++))
  return [
    { name: 'reads alone', fall: async () => 0 },
    {
      name: `${KEYS_PER_REQUEST} keys a request`,
      fall: async (seconds) => {
        const sending = paced(KEYS_PER_SECOND / KEYS_PER_REQUEST, (n) =>
          pickCaller(callers, n).invalidate({ keys: names(), wait: 'none' }),
        )
        await during(seconds * 1_000, sending)
        await sending.stop()
        return (sending.count * KEYS_PER_REQUEST) / seconds
      },
    },
    {
      name: 'one key a request',
      fall: async (seconds) => {
        const ports = nodes.map(({ port }) => port)
        const load = { requests, ports, connections: CONNECTIONS, seconds, warmUpSeconds: 0, rate: KEYS_PER_SECOND }
        return (await generator.measure(load)).rps
      },
    },
  ]
}
