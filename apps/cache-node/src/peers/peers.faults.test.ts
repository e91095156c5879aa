import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { type NodeProcess, type Reading, startNodeProcesses } from './testing/node-processes.ts'

/** Statuses and values of many reads, each kind once. */
function kindsOf(readings: readonly Reading[]): string[] {
  return [...new Set(readings.map(({ status, body }) => `${status} ${body.slice(0, 40)}`))].sort()
}

function longestMs(readings: readonly Reading[]): number {
  return Math.max(...readings.map(({ tookMs }) => tookMs))
}

const burst = (nodes: readonly NodeProcess[], key: string, count: number) =>
  Array.from({ length: count }, (_, i) => (nodes[i % nodes.length] as NodeProcess).read(key))

/** Reads keys one after another through every node, `perNode` at a time, until told to end. */
function keepReading(nodes: readonly NodeProcess[], keys: readonly string[], perNode: number) {
  const readings: Reading[] = []
  let ended = false
  const readers = nodes.flatMap((node) =>
    Array.from({ length: perNode }, async (_, i) => {
      for (let at = i; !ended; at += perNode) {
        readings.push(await node.read(keys[at % keys.length] as string))
        await sleep(1)
      }
    }),
  )
  return {
    async end(): Promise<Reading[]> {
      ended = true
      await Promise.all(readers)
      return readings
    },
  }
}

describe('five nodes', () => {
  it('load a cold key once for 10,000 concurrent reads, however slow the origin is', async () => {
    const { nodes, pace, loads } = await startNodeProcesses(5)
    pace.delayMs = 2_000
    const readings = await Promise.all(burst(nodes, 'o:cold', 10_000))
    expect(kindsOf(readings)).toEqual(['200 1'])
    expect(loads()).toBe(1)
    // So many at once that none was a hit.
    expect(Math.min(...readings.map(({ tookMs }) => tookMs))).toBeGreaterThan(100)
  })

  it.each(['SIGKILL', 'SIGSTOP'] as const)(
    'load a key twice at most when its owner gets a %s while it loads, and answer every read within a second',
    async (signal) => {
      const { nodes, ownerOf, pace, loads } = await startNodeProcesses(5)
      for (let round = 1; round <= 3; round++) {
        const before = loads()
        const key = Array.from({ length: 100 }, (_, i) => `o:${round}-${i}`).find((k) => ownerOf(k) === nodes[0]) ?? ''
        const owner = ownerOf(key)
        const others = nodes.filter((node) => node !== owner)
        pace.delayMs = 100
        const reads = burst(others, key, 400)
        await expect.poll(() => loads() - before, { interval: 5 }).toBe(1)
        owner.program.child.kill(signal)
        const lostAtMs = performance.now()
        const readings = await Promise.all(reads)
        const answeredMs = performance.now() - lostAtMs
        expect(readings.every(({ status }) => status === 200)).toBe(true)
        expect(loads() - before).toBeLessThanOrEqual(2)
        expect(answeredMs).toBeLessThan(1_000)
        if (signal === 'SIGKILL') break
        owner.program.child.kill('SIGCONT')
        // Whoever had given it up finds out by itself that it is there again.
        await sleep(2_500)
      }
    },
  )

  it('go on answering under load while one is killed and one is paused', async () => {
    const { nodes, loads } = await startNodeProcesses(5)
    const [killed, paused, ...others] = nodes
    const keys = Array.from({ length: 200 }, (_, i) => `o:${i}`)
    const reading = keepReading(others, keys, 4)
    await expect.poll(loads, { timeout: 20_000 }).toBe(keys.length)
    paused?.program.child.kill('SIGSTOP')
    await sleep(2_000)
    killed?.program.child.kill('SIGKILL')
    await sleep(2_000)
    paused?.program.child.kill('SIGCONT')
    await sleep(1_500)
    const readings = await reading.end()
    expect(kindsOf(readings.filter(({ status }) => status !== 200))).toEqual([])
    expect(longestMs(readings)).toBeLessThan(1_000)
    // L2 has every value: no origin was needed for what the lost ones held.
    expect(loads()).toBe(keys.length)
  })
})
