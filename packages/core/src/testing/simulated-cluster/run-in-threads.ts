import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { bundleScript } from '../mutation/bundle-script.ts'
import type { Mutant } from '../mutation/mutant.ts'
import { Tally } from './tally.ts'
import type { Order, Report } from './thread-main.ts'

/** Threads that work at once, at most: the machine has other things to do as well. */
export const MOST_THREADS = Math.min(4, availableParallelism())
/** Seeds that a thread takes at once. */
const ORDER_SIZE = 25

export interface Outcome {
  ran: number
  /** The failure with the lowest seed that was met before the threads stopped; null when there was none. */
  failure: { seed: number; what: string } | null
  tally: Tally
}

/** Runs histories until all are done or one fails, on the sources as they are or without one guard. */
export async function runInThreads(seeds: Order, threads: number, mutant: Mutant | null = null): Promise<Outcome> {
  const script = await bundleScript('testing/simulated-cluster/thread-main.ts', 'cjs', mutant)
  const outcome: Outcome = { ran: 0, failure: null, tally: new Tally() }
  const end = seeds.first + seeds.count
  let next = seeds.first
  const take = (): Order | null => {
    if (outcome.failure !== null || next >= end) return null
    const order = { first: next, count: Math.min(ORDER_SIZE, end - next) }
    next += order.count
    return order
  }
  const note = ({ ran, failure, tally }: Report) => {
    outcome.ran += ran
    outcome.tally.addAll(new Tally(tally))
    if (failure !== null && failure.seed < (outcome.failure?.seed ?? Number.POSITIVE_INFINITY))
      outcome.failure = failure
  }
  await Promise.all(Array.from({ length: threads }, () => workOn(script, take, note)))
  return outcome
}

/** One thread, from its first order to its last. */
async function workOn(script: string, take: () => Order | null, note: (report: Report) => void): Promise<void> {
  const thread = new Worker(script, { eval: true })
  try {
    for (let order = take(); order !== null; order = take()) note(await ask(thread, order))
  } finally {
    await thread.terminate()
  }
}

function ask(thread: Worker, order: Order): Promise<Report> {
  return new Promise((resolve, reject) => {
    thread.once('error', reject)
    thread.once('message', (report: Report) => {
      thread.off('error', reject)
      resolve(report)
    })
    thread.postMessage(order)
  })
}
