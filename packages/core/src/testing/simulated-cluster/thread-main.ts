import { parentPort } from 'node:worker_threads'
import { runSeed } from './run-seed.ts'
import { type Deed, type Fault, Tally } from './tally.ts'

/** Seeds to run, from the first on. */
export interface Order {
  first: number
  count: number
}

/** What came of an order. It ends with the first failure. */
export interface Report {
  ran: number
  failure: { seed: number; what: string } | null
  tally: (readonly [Deed | Fault, number])[]
}

// Half of the simulated errors are weather, and their stacks are a good part of a run's cost. A replay tells all.
Error.stackTraceLimit = 0

parentPort?.on('message', async (order: Order) => parentPort?.postMessage(await carryOut(order)))

async function carryOut({ first, count }: Order): Promise<Report> {
  const total = new Tally()
  for (let seed = first; seed < first + count; seed++) {
    const { failure, tally } = await runSeed(seed)
    total.addAll(tally)
    if (failure !== null) return { ran: seed - first + 1, failure: { seed, what: failure }, tally: total.entries() }
  }
  return { ran: count, failure: null, tally: total.entries() }
}
