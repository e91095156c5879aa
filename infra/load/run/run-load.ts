import { createCache } from '@freshet/client'
import { type KeyFacts, KeySpace } from '../keys/key-space.ts'
import { seededRandom } from '../keys/seeded-random.ts'
import { zipf } from '../keys/zipf.ts'
import type { LoadOptions } from '../options/load-options.ts'
import type { Target } from '../options/target.ts'
import { runOpenLoop } from './open-loop.ts'
import { operationAt } from './operation.ts'
import { Oracle } from './oracle.ts'
import { readTrace } from './read-trace.ts'
import { OperationSender } from './send-operations.ts'
import { Tally } from './tally.ts'

/** Runs a load test to its end. Rejects only when it cannot begin; failures of requests are in the tally. */
export async function runLoad(options: LoadOptions, target: Target): Promise<{ tally: Tally; seconds: number }> {
  const nextKey = await chooseKeys(options)
  const tally = new Tally()
  const cache = createCache({
    url: target.urls,
    apiKey: target.apiKey,
    routing: options.routing,
    onError: (error) => tally.count(tally.errors, `background: ${error instanceof Error ? error.message : error}`),
  })
  const sender = new OperationSender({ cache, oracle: new Oracle(Date.now()), tally, ttlMs: options.ttlMs })
  const random = seededRandom(options.seed ^ 0x5eed)
  const startedMs = performance.now()
  await runOpenLoop({
    ratePerSecond: options.ratePerSecond,
    durationMs: options.durationMs,
    maxInFlight: options.maxInFlight,
    send: (dueMs) => sender.send(operationAt(options.mix, random()), nextKey(), dueMs),
    leaveOut: () => void tally.leftOut++,
  })
  return { tally, seconds: (performance.now() - startedMs) / 1_000 }
}

/** Whose turn it is: by a law of popularity, or by a trace. Keys of a trace have sizes by their places in it. */
async function chooseKeys(options: LoadOptions): Promise<() => KeyFacts> {
  const space = new KeySpace(options)
  if (options.trace === null) {
    const draw = zipf(options.count, options.zipf, seededRandom(options.seed))
    return () => space.factsAt(draw())
  }
  const keys = await readTrace(options.trace)
  let at = 0
  return () => {
    const index = at++ % keys.length
    return { ...space.factsAt(index), key: keys[index] ?? '' }
  }
}
