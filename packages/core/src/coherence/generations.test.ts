import { expect, it } from 'vitest'
import { Generations } from './generations.ts'
import { InvalidationIndex } from './invalidation-index.ts'

const [A, B, C] = ['000000000000000a', '000000000000000b', '000000000000000c']
const at = (generation = A, epoch = 0) => ({ generation, epoch })

function setUp() {
  const generations = new Generations(() => new InvalidationIndex())
  generations.polledIn(A)
  return generations
}

it('knows nothing before the first poll, and then takes along what was appended before it', () => {
  const generations = new Generations(() => new InvalidationIndex())
  expect(generations.noteOwn(['k'], at(A, 3))).toBe(true)
  expect(generations.judge('other', at(A, 9))).toBe('dead')
  expect(generations.polledIn(A)).toBe(true)
  expect(generations.judge('k', at(A, 2))).toBe('dead')
  expect(generations.judge('other', at(A, 0))).toBe('valid')
})

it('lets nothing stand against a write in a generation that no poll has told of, whatever an older answer says', () => {
  const generations = setUp()
  expect(generations.noteOwn(['k'], at(B, 1))).toBe(true)
  expect(generations.judge('k', at(A, 7))).toBe('dead')
  expect(generations.polledIn(A)).toBe(false)
  expect(generations.judge('k', at(A, 7))).toBe('dead')
  expect(generations.judge('other', at(A, 7))).toBe('valid')
  expect(generations.polledIn(B)).toBe(true)
  expect(generations.judge('k', at(B, 0))).toBe('dead')
  expect(generations.judge('k', at(B, 1))).toBe('valid')
  expect(generations.judge('k', at(A, 7))).toBe('dead')
  expect(generations.judge('other', at(A, 7))).toBe('superseded')
})

it('does not lose a key for ever to an answer that came so late that its generation was over', () => {
  const generations = setUp()
  generations.noteOwn(['k'], at(C, 1))
  generations.polledIn(A)
  expect(generations.judge('k', at(A, 7))).toBe('dead')
  generations.polledIn(A)
  expect(generations.judge('k', at(A, 7))).toBe('valid')
})

it('remembers a write in a generation between two that it polled: what came before stays dead', () => {
  const generations = setUp()
  generations.noteOwn(['k'], at(B, 1))
  generations.polledIn(C)
  generations.polledIn(C)
  expect(generations.judge('k', at(A, 7))).toBe('dead')
  expect(generations.judge('other', at(A, 7))).toBe('superseded')
  expect(generations.judge('k', at(C, 0))).toBe('valid')
})

it('remembers writes in several generations that it never polled', () => {
  const generations = setUp()
  generations.noteOwn(['k'], at(B, 1))
  generations.noteOwn(['other'], at(C, 1))
  expect(generations.judge('k', at(A, 7))).toBe('dead')
  generations.polledIn(C)
  generations.polledIn(C)
  expect(generations.judge('k', at(A, 7))).toBe('dead')
  expect(generations.judge('k', at(C, 0))).toBe('valid')
  expect(generations.judge('other', at(C, 0))).toBe('dead')
})
