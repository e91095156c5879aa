import { setTimeout as sleep } from 'node:timers/promises'
import type { LabNode } from '../cluster/cache-node.ts'
import { anyKey } from '../workload/keys.ts'
import { type Arena, anyNode, type Fault, leases } from './fault.ts'

/** Nothing is that long on its way while traffic runs. */
const COMES_WITHIN_MS = 3_000

/** A node's process stands still, as in a long garbage collection or on a machine that swaps, at the worst moment. */
export const PAUSES: readonly Fault[] = [
  {
    kind: 'node paused inside a load',
    async strike(arena) {
      const node = anyNode(arena)
      const key = anyKey(arena.random)
      const gate = arena.cluster.source.gate(key)
      // Its own load, whatever is cached: "no-cache" asks the source.
      const load = arena.cluster.oracle.read(node.client, key, { 'cache-control': 'no-cache' })
      const reached = await Promise.race([gate.reached.then(() => true), sleep(COMES_WITHIN_MS, false)])
      try {
        if (!reached) throw new Error('no load reached the source')
        await paused(node, arena, async () => {
          gate.open()
        })
      } finally {
        gate.open()
        await load
      }
    },
  },
  {
    kind: 'node paused inside a poll',
    async strike(arena) {
      const node = anyNode(arena)
      await orFail(
        node.link.nextRequest('poll', () => true, COMES_WITHIN_MS),
        'poll',
      )
      await paused(node, arena)
    },
  },
  {
    kind: 'node paused inside a fill',
    async strike(arena) {
      const node = anyNode(arena)
      await orFail(node.link.nextRequest('l2', isScript, COMES_WITHIN_MS), 'fill')
      await paused(node, arena)
    },
  },
]

async function paused(node: LabNode, arena: Arena, meanwhile = async () => {}): Promise<void> {
  node.part.kill('SIGSTOP')
  try {
    const ms = leases(arena, 0.5, 3)
    await sleep(ms / 2)
    await meanwhile()
    await sleep(ms / 2)
  } finally {
    node.part.kill('SIGCONT')
  }
}

/** Fills and removals are scripts; lookups are not. */
function isScript(chunk: Buffer): boolean {
  return chunk.toString('latin1').toUpperCase().includes('EVALSHA')
}

async function orFail(seen: Promise<boolean>, what: string): Promise<void> {
  if (!(await seen)) throw new Error(`no ${what} was seen`)
}
