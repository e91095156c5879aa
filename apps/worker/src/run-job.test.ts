import { pino } from 'pino'
import { expect, test, vi } from 'vitest'
import type { JobHandlers } from './handlers/handler.ts'
import { onceAMinute } from './once-a-minute.ts'
import { createRunJob } from './run-job.ts'
import { idleHandlers } from './testing/job-runs.ts'

function setUp(handlers: Partial<JobHandlers> = {}) {
  const lines: Record<string, unknown>[] = []
  const recorded: [string, string][] = []
  const stopping = new AbortController()
  const run = createRunJob({
    handlers: idleHandlers(handlers),
    log: pino({ level: 'debug' }, { write: (line) => void lines.push(JSON.parse(line)) }),
    limited: onceAMinute(),
    metrics: { record: (job, result) => void recorded.push([job, result]) },
    stopping: stopping.signal,
  })
  const saved: unknown[] = []
  const job = {
    id: '1',
    attempt: 1,
    save: async (payload: unknown) => void saved.push(payload),
    report: async () => {},
  }
  return {
    ...{ lines, recorded, saved, stopping },
    run: (name: string, payload: unknown = {}) => run({ ...job, name, payload }),
  }
}

test('a job that ends is counted and logged with its name and duration', async () => {
  const { run, recorded, lines } = setUp()
  await run('metrics.sample')
  expect(recorded).toEqual([['metrics.sample', 'completed']])
  expect(lines).toMatchObject([{ job: 'metrics.sample', id: '1', attempt: 1, durationMs: expect.any(Number) }])
})

test('a job that fails is counted, logged with its reason, and failed in the queue', async () => {
  const { run, recorded, lines } = setUp({ 'metrics.sample': () => Promise.reject(new Error('no nodes')) })
  await expect(run('metrics.sample')).rejects.toThrow('no nodes')
  expect(recorded).toEqual([['metrics.sample', 'failed']])
  expect(lines).toMatchObject([{ level: 40, err: { message: 'no nodes' } }])
})

test('a job that goes on failing is counted each time and logged once in a while', async () => {
  const { run, recorded, lines } = setUp({ 'metrics.sample': () => Promise.reject(new Error('no nodes')) })
  for (let i = 0; i < 3; i++) await run('metrics.sample').catch(() => {})
  expect(recorded.length).toBe(3)
  expect(lines.length).toBe(1)
})

test('a job that hangs is ended at its limit and told so by its signal', async () => {
  vi.useFakeTimers()
  try {
    let aborted = false
    const { run } = setUp({
      'control.reconcile': (_payload, { signal }) =>
        new Promise(() => signal.addEventListener('abort', () => (aborted = true))),
    })
    const outcome = run('control.reconcile').catch((error: Error) => error.message)
    await vi.advanceTimersByTimeAsync(9_999)
    expect(aborted).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(await outcome).toBe('the job took longer than its limit of 10000 ms')
    expect(aborted).toBe(true)
  } finally {
    vi.useRealTimers()
  }
})

test('a payload that is not what the catalogue says never reaches its handler', async () => {
  const handler = vi.fn()
  const { run } = setUp({ 'metrics.prune': handler })
  await expect(run('metrics.prune', 'nonsense')).rejects.toThrow(/expected object/)
  expect(handler).not.toHaveBeenCalled()
})

test('a job of another release fails, under one name in the metrics', async () => {
  const { run, recorded } = setUp()
  await expect(run('warm.everything')).rejects.toThrow(/knows no such job/)
  await expect(run('toString')).rejects.toThrow(/knows no such job/)
  expect(recorded).toEqual([
    ['unknown', 'failed'],
    ['unknown', 'failed'],
  ])
})

test('a job that can go on later is told when half its time is over, and when the worker stops', async () => {
  vi.useFakeTimers()
  try {
    const asked: boolean[] = []
    const { run, stopping } = setUp({
      'l2.sweep': async (_payload, { shouldYield }) => {
        asked.push(shouldYield())
        await new Promise((resolve) => setTimeout(resolve, 31_000))
        asked.push(shouldYield())
        return 'again'
      },
      'log.archive': async (_payload, { shouldYield }) => {
        asked.push(shouldYield())
        stopping.abort()
        asked.push(shouldYield())
      },
    })
    const outcome = run('l2.sweep')
    await vi.advanceTimersByTimeAsync(31_000)
    expect(await outcome).toBe('again')
    expect(asked.splice(0)).toEqual([false, true])
    await run('log.archive')
    expect(asked).toEqual([false, true])
  } finally {
    vi.useRealTimers()
  }
})

test('what a job saves replaces its payload in the queue', async () => {
  const { run, saved } = setUp({ 'l2.sweep': (payload, { save }) => save({ ...payload, cursor: '7' }) })
  await run('l2.sweep', { cursor: '3' })
  expect(saved).toEqual([{ cursor: '7', seen: 0, stamped: 0, removed: 0, expected: 0 }])
})
