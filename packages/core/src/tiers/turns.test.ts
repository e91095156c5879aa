import { expect, it } from 'vitest'
import { Turns } from './turns.ts'

function gate() {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { open, opened }
}

it('lets one at a time work on a key, in order, and others on other keys meanwhile', async () => {
  const turns = new Turns(1_000)
  const { open, opened } = gate()
  const told: string[] = []
  const first = turns.take('a', () => opened.then(() => void told.push('first')))
  const second = turns.take('a', async () => void told.push('second'))
  await turns.take('b', async () => void told.push('other key'))
  open()
  await Promise.all([first, second])
  expect(told).toEqual(['other key', 'first', 'second'])
})

it('goes on after work that failed, and remembers nobody in the end', async () => {
  const turns = new Turns(1_000)
  const first = turns.take('a', () => Promise.reject(new Error('no')))
  const second = turns.take('a', async () => 'done')
  await expect(first).rejects.toThrow('no')
  expect(await second).toBe('done')
  await Promise.resolve()
  expect(turns.size).toBe(0)
})

it('tells who waits too long to come again, and those behind still wait for those before', async () => {
  const turns = new Turns(10)
  const { open, opened } = gate()
  const first = turns.take('a', () => opened)
  await expect(turns.take('a', async () => 'never')).rejects.toMatchObject({ code: 'conflict' })
  const third = turns.take('a', async () => 'done')
  open()
  await first
  expect(await third).toBe('done')
})
