import type { LogCommand } from '@freshet/core/coherence/log-record'
import type { Version } from '@freshet/core/coherence/version'
import { expect, it } from 'vitest'
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

it('gives two changes of one key different epochs, in the order in which they came', async () => {
  const { batcher, sent, answer } = setUp()
  const appended = Promise.all([batcher.append(put('a')), batcher.append(put('b')), batcher.append(remove('a'))])
  await turn()
  await answer()
  await answer()
  expect(sent).toEqual([[put('a'), put('b')], [remove('a')]])
  expect((await appended).map(({ epoch }) => epoch)).toEqual([1, 1, 2])
})

it('lets "all" share its epoch with nobody: it concerns every key', async () => {
  const { batcher, sent, answer } = setUp()
  for (const command of [put('a'), { kind: 'all' as const }, put('b')]) void batcher.append(command)
  await turn()
  for (let i = 0; i < 3; i++) await answer()
  expect(sent).toEqual([[put('a')], [{ kind: 'all' }], [put('b')]])
})

it('bounds a record to 1,000 keys, and lets a larger command through alone', async () => {
  const { batcher, sent, answer } = setUp()
  const keys = (name: string, count: number) => Array.from({ length: count }, (_, i) => `${name}${i}`)
  const sizes = [400, 600, 1, 1_500, 1]
  for (const [i, size] of sizes.entries()) void batcher.append(put(...keys(String.fromCharCode(97 + i), size)))
  await turn()
  for (let i = 0; i < 4; i++) await answer()
  expect(sent.map((commands) => commands.map((command) => (command.kind === 'all' ? 0 : command.keys.length)))).toEqual(
    [[400, 600], [1], [1_500], [1]],
  )
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
