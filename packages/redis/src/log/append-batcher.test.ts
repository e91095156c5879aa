import type { LogCommand } from '@freshet/core/coherence/log-record'
import type { Version } from '@freshet/core/coherence/version'
import { describe, expect, it } from 'vitest'
import { AppendBatcher } from './append-batcher.ts'

const put = (...keys: string[]): LogCommand => ({ kind: 'put', keys })
const remove = (...keys: string[]): LogCommand => ({ kind: 'keys', keys })
const turn = () => new Promise((resolve) => setImmediate(resolve))

/** A log whose answers wait until they are let go. */
function setUp() {
  const sent: LogCommand[][] = []
  const answers: { resolve: (version: Version) => void; reject: (error: Error) => void }[] = []
  const batcher = new AppendBatcher((commands) => {
    sent.push(commands)
    return new Promise((resolve, reject) => answers.push({ resolve, reject }))
  })
  const answer = async () => {
    answers.shift()?.resolve({ generation: 'g', epoch: sent.length })
    await turn()
  }
  const fail = async () => {
    answers.shift()?.reject(new Error('lost'))
    await turn()
  }
  return { batcher, sent, answer, fail }
}

it('sends what one turn of the event loop brought as one record, and tells all the same epoch', async () => {
  const { batcher, sent, answer } = setUp()
  const appended = Promise.all([batcher.append(put('a')), batcher.append(remove('b', 'c'))])
  expect(sent).toEqual([])
  await turn()
  expect(sent).toEqual([[put('a'), remove('b', 'c')]])
  await answer()
  expect(await appended).toEqual(Array(2).fill({ generation: 'g', epoch: 1 }))
})

it('gathers what comes while a record is on its way for the next', async () => {
  const { batcher, sent, answer } = setUp()
  const first = batcher.append(put('a'))
  await turn()
  const later = Promise.all([batcher.append(put('b')), batcher.append(put('c'))])
  await turn()
  expect(sent).toHaveLength(1)
  await answer()
  expect(sent[1]).toEqual([put('b'), put('c')])
  await answer()
  expect((await first).epoch).toBe(1)
  expect((await later).map(({ epoch }) => epoch)).toEqual([2, 2])
})

const all: LogCommand = { kind: 'all' }
const tag: LogCommand = { kind: 'tags', tags: ['t'], reach: '*' }
const pattern: LogCommand = { kind: 'patterns', patterns: ['a*'], reach: '*' }
const namespace: LogCommand = { kind: 'namespaces', namespaces: ['a'] }
const swept: LogCommand = { kind: 'swept', epoch: 1 }

describe('a value that is written outlives what was invalidated at its own epoch, so', () => {
  const recordsOf = async (...calls: LogCommand[][]) => {
    const { batcher, sent, answer } = setUp()
    for (const commands of calls) void batcher.append(...commands)
    await turn()
    for (let i = 0; i < calls.length; i++) await answer()
    return sent
  }

  it.each([
    ['another write of its key', put('b', 'a')],
    ['a delete of its key', remove('b', 'a')],
    ['a soft invalidation of its key', { ...remove('a'), mode: 'soft' } as LogCommand],
    ['a tag, which may be on it', tag],
    ['a pattern', pattern],
    ['a namespace', namespace],
    ['everything', all],
    ['a finished sweep', swept],
  ])('a write shares its record with no %s, whichever comes first', async (_name, other) => {
    expect(await recordsOf([put('a')], [other])).toEqual([[put('a')], [other]])
    expect(await recordsOf([other], [put('a')])).toEqual([[other], [put('a')]])
  })

  it('one that shares a record with others is parted from what comes after them too', async () => {
    expect(await recordsOf([put('a')], [remove('b')], [tag], [remove('a')], [put('c')])).toEqual([
      [put('a'), remove('b')],
      [tag, remove('a')],
      [put('c')],
    ])
  })

  it('invalidations share one freely among themselves', async () => {
    const calls = [[remove('a')], [remove('a')], [tag], [pattern, namespace], [all], [swept]]
    expect(await recordsOf(...calls)).toEqual([calls.flat()])
  })

  it('what one call brings stays together, and is told one epoch', async () => {
    const { batcher, sent, answer } = setUp()
    const first = batcher.append(put('x'))
    const second = batcher.append(remove('a'), tag, pattern)
    await turn()
    await answer()
    await answer()
    expect(sent).toEqual([[put('x')], [remove('a'), tag, pattern]])
    expect((await first).epoch).toBe(1)
    expect((await second).epoch).toBe(2)
  })
})

it('bounds a record to 1,000 matchers, and lets a larger call through alone', async () => {
  const { batcher, sent, answer } = setUp()
  const names = (name: string, count: number) => Array.from({ length: count }, (_, i) => `${name}${i}`)
  const tags = (name: string, count: number): LogCommand => ({ kind: 'tags', tags: names(name, count), reach: '*' })
  const calls = [
    [remove(...names('a', 400))],
    [tags('b', 600)],
    [remove('c')],
    [remove(...names('d', 800)), tags('d', 700)],
    [remove('e')],
  ]
  for (const commands of calls) void batcher.append(...commands)
  await turn()
  for (let i = 0; i < 4; i++) await answer()
  expect(sent).toEqual([[...(calls[0] ?? []), ...(calls[1] ?? [])], calls[2], calls[3], calls[4]])
})

it('fails those whose record failed, and only those', async () => {
  const { batcher, sent, answer, fail } = setUp()
  const lost = Promise.allSettled([batcher.append(put('a')), batcher.append(put('b'))])
  await turn()
  const next = batcher.append(put('c'))
  await fail()
  expect((await lost).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  await answer()
  expect(await next).toMatchObject({ epoch: 2 })
  expect(sent).toHaveLength(2)
})

it('goes on after a send that throws instead of rejecting', async () => {
  let broken = true
  const batcher = new AppendBatcher(() => {
    if (broken) throw new Error('no connection')
    return Promise.resolve({ generation: 'g', epoch: 1 })
  })
  await expect(batcher.append(put('a'))).rejects.toThrow('no connection')
  broken = false
  expect(await batcher.append(put('a'))).toMatchObject({ epoch: 1 })
})
