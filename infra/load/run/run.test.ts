import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { describe, expect, onTestFinished, test } from 'vitest'
import { runOpenLoop } from './open-loop.ts'
import { operationAt } from './operation.ts'
import { readTrace } from './read-trace.ts'
import { figuresOf, printFigures } from './report.ts'
import { Tally } from './tally.ts'
import { judge } from './verdict.ts'

test('operations come by their shares', () => {
  const mix = { read: 0.9, write: 0.1, invalidate: 0 }
  expect([0, 0.5, 0.89, 0.91, 0.999_999_9].map((at) => operationAt(mix, at))).toEqual([
    'read',
    'read',
    'read',
    'write',
    'write',
  ])
  expect(operationAt({ read: 0.3, write: 0.3, invalidate: 0.4 - 1e-12 }, 1 - 1e-13)).toBe('invalidate')
})

describe('the open loop', () => {
  test('sends on time whether answers come or not, and waits for the last', async () => {
    const dues: number[] = []
    let answered = 0
    const startedMs = performance.now()
    await runOpenLoop({
      ratePerSecond: 100,
      durationMs: 200,
      maxInFlight: 100,
      send: async (dueMs) => {
        dues.push(dueMs - startedMs)
        await sleep(300)
        answered++
      },
      leaveOut: () => {},
    })
    expect([dues.length, answered]).toEqual([20, 20])
    expect(dues.at(-1)).toBeGreaterThan(180)
    expect(dues.at(-1)).toBeLessThan(260)
  })

  test('leaves out what would pile up, and says how often', async () => {
    let leftOut = 0
    let sent = 0
    await runOpenLoop({
      ratePerSecond: 500,
      durationMs: 100,
      maxInFlight: 5,
      send: async () => {
        sent++
        await sleep(200)
      },
      leaveOut: () => void leftOut++,
    })
    expect([sent, leftOut]).toEqual([5, 45])
  })
})

describe('the verdict', () => {
  const limits = { p99Ms: 10, errorShare: 0.01 }
  const run = (change: (tally: Tally) => unknown) => {
    const tally = new Tally()
    for (let i = 0; i < 1_000; i++) tally.latency.read.record(2_000)
    tally.sent.read = 1_000
    change(tally)
    return judge(tally, limits)
  }

  test('is good when nothing is wrong, and one stale read is one too many', () => {
    expect(run(() => {})).toEqual([])
    expect(run((tally) => tally.stale.push({ key: 'k', served: 1, acknowledged: 2, source: 'l1' }))).toEqual([
      '1 reads were stale after an acknowledgement',
    ])
  })

  test('counts slow reads, failures, and what was left out', () => {
    const slow = run((tally) => {
      for (let i = 0; i < 50; i++) tally.latency.read.record(50_000)
    })
    expect(slow).toEqual([expect.stringMatching(/^p99 of reads is (49|50|51)\.\d\d ms, above 10 ms$/)])
    expect(run((tally) => tally.errors.set('degraded', 20))).toEqual([
      '2.00% of the requests failed or were left out, above 1%',
    ])
    expect(run((tally) => Object.assign(tally, { leftOut: 30 }))).toEqual([expect.stringContaining('2.91%')])
    expect(judge(new Tally(), limits)).toEqual(['nothing was answered'])
  })
})

test('the report shows each operation, hits by where they came from, and the first stale reads', () => {
  const tally = new Tally()
  tally.sent.read = 4
  for (const source of ['l1', 'l1', 'peer', 'loader']) tally.count(tally.sources, source)
  tally.latency.read.record(1_500)
  tally.stale.push({ key: 'load:item:1', served: 1, acknowledged: 2, source: 'l1' })
  const figures = figuresOf(tally, 2)
  expect(figures).toMatchObject({ requests: 4, perSecond: 2, hitRatio: 0.75, staleReads: 1 })
  const text = printFigures(figures, tally)
  expect(text).toMatch(/^read +1( +1\.[45]\d){3}$/m)
  expect(text).toContain('hit ratio       75.0% (l1 2, peer 1, loader 1)')
  expect(text).toContain('load:item:1: version 1 from l1, 2 was acknowledged')
})

describe('a trace', () => {
  const file = (name: string, content: string | Buffer) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'freshet-trace-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    writeFileSync(path.join(folder, name), content)
    return path.join(folder, name)
  }

  test('is a key in a line, packed or not', async () => {
    expect(await readTrace(file('a.txt', 'a:1\r\n\nb:2\n'))).toEqual(['a:1', 'b:2'])
    expect(await readTrace(file('a.gz', gzipSync('a:1\nb:2')))).toEqual(['a:1', 'b:2'])
  })

  test('that is not there, broken or empty is told by its name', async () => {
    await expect(readTrace('/nowhere/a.txt')).rejects.toThrow('--trace /nowhere/a.txt cannot be read: ENOENT')
    await expect(readTrace(file('b.gz', 'not gzip'))).rejects.toThrow('b.gz cannot be read')
    await expect(readTrace(file('c.txt', '\n'))).rejects.toThrow('c.txt holds no keys')
  })
})
