import { expect, it, onTestFinished } from 'vitest'
import { Source, tagOf } from './source.ts'

async function openSource() {
  const source = await Source.open()
  onTestFinished(() => source.close())
  return source
}

it('answers a held load with the row as it was when it was read', async () => {
  const source = await openSource()
  source.write('k', 1)
  const held = source.holdNextLoad('k')
  const early = fetch(`${source.url}/rows/k`)
  const load = await held
  source.write('k', 2)
  const late = await fetch(`${source.url}/rows/k`)
  expect(await late.text()).toBe('2')
  load.release()
  expect(await (await early).text()).toBe('1')
  expect(source.loadsOf('k')).toBe(2)
})

it('names the tag of a row, and knows what it does not have', async () => {
  const source = await openSource()
  source.write('k', 1)
  const response = await fetch(`${source.url}/rows/k`)
  expect(response.headers.get('surrogate-key')).toBe(tagOf('k'))
  expect((await fetch(`${source.url}/rows/other`)).status).toBe(404)
})
