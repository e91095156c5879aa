import { describe, expect, it } from 'vitest'
import { judged, keys } from '../testing/judged.ts'
import { Generations } from './generations.ts'
import { InvalidationIndex } from './invalidation-index.ts'

const [A, B, C] = ['000000000000000a', '000000000000000b', '000000000000000c']
const at = (generation = A, epoch = 0) => ({ generation, epoch })

function setUp() {
  const generations = new Generations(() => new InvalidationIndex())
  generations.polledIn(A, 0)
  return generations
}

/** Far enough to matter to nobody here. */
const APPLIED = 0

it('knows nothing before the first poll, and then takes along what was appended before it', () => {
  const generations = new Generations(() => new InvalidationIndex())
  expect(generations.noteOwn([keys('k')], at(A, 3))).toBe(true)
  expect(generations.judge('other', judged(at(A, 9)), APPLIED)).toBe('dead')
  expect(generations.polledIn(A, 0)).toBe(true)
  expect(generations.judge('k', judged(at(A, 2)), APPLIED)).toBe('dead')
  expect(generations.judge('other', judged(at(A, 0)), APPLIED)).toBe('valid')
})

it('lets nothing stand against a write in a generation that no poll has told of, whatever an older answer says', () => {
  const generations = setUp()
  expect(generations.noteOwn([keys('k')], at(B, 1))).toBe(true)
  expect(generations.judge('k', judged(at(A, 7)), APPLIED)).toBe('dead')
  expect(generations.polledIn(A, 0)).toBe(false)
  expect(generations.judge('k', judged(at(A, 7)), APPLIED)).toBe('dead')
  expect(generations.judge('other', judged(at(A, 7)), APPLIED)).toBe('valid')
  expect(generations.polledIn(B, 0)).toBe(true)
  expect(generations.judge('k', judged(at(B, 0)), APPLIED)).toBe('dead')
  expect(generations.judge('k', judged(at(B, 1)), APPLIED)).toBe('valid')
  expect(generations.judge('k', judged(at(A, 7)), APPLIED)).toBe('dead')
  expect(generations.judge('other', judged(at(A, 7)), APPLIED)).toBe('superseded')
})

it('does not lose a key for ever to an answer that came so late that its generation was over', () => {
  const generations = setUp()
  generations.noteOwn([keys('k')], at(C, 1))
  generations.polledIn(A, 0)
  expect(generations.judge('k', judged(at(A, 7)), APPLIED)).toBe('dead')
  generations.polledIn(A, 0)
  expect(generations.judge('k', judged(at(A, 7)), APPLIED)).toBe('valid')
})

it('remembers a write in a generation between two that it polled: what came before stays dead', () => {
  const generations = setUp()
  generations.noteOwn([keys('k')], at(B, 1))
  generations.polledIn(C, 0)
  generations.polledIn(C, 0)
  expect(generations.judge('k', judged(at(A, 7)), APPLIED)).toBe('dead')
  expect(generations.judge('other', judged(at(A, 7)), APPLIED)).toBe('superseded')
  expect(generations.judge('k', judged(at(C, 0)), APPLIED)).toBe('valid')
})

it('remembers writes in several generations that it never polled', () => {
  const generations = setUp()
  generations.noteOwn([keys('k')], at(B, 1))
  generations.noteOwn([keys('other')], at(C, 1))
  expect(generations.judge('k', judged(at(A, 7)), APPLIED)).toBe('dead')
  generations.polledIn(C, 0)
  generations.polledIn(C, 0)
  expect(generations.judge('k', judged(at(A, 7)), APPLIED)).toBe('dead')
  expect(generations.judge('k', judged(at(C, 0)), APPLIED)).toBe('valid')
  expect(generations.judge('other', judged(at(C, 0)), APPLIED)).toBe('dead')
})

it('stamps what it finds untouched, so that only later records are looked at', () => {
  const generations = setUp()
  const value = judged(at(A, 0), 't')
  expect(generations.judge('k', value, 5)).toBe('valid')
  expect(value.stamp).toBe(5)
  generations.noteOwn([{ kind: 'tags', tags: ['t'], reach: '*' }], at(A, 6))
  expect(generations.judge('k', value, 6)).toBe('dead')
  expect(value.stamp).toBe(5)
})

it('never stamps what was invalidated softly: it must not become fresh again', () => {
  const generations = setUp()
  generations.noteOwn([{ kind: 'keys', keys: ['k'], mode: 'soft' }], at(A, 1))
  const value = judged(at(A, 0))
  expect(generations.judge('k', value, 7)).toBe('softened')
  expect(value.stamp).toBe(0)
})

it('believes a stamp of its own generation only', () => {
  const generations = setUp()
  generations.noteOwn([keys('k')], at(A, 3))
  generations.polledIn(B, 0)
  expect(generations.judge('k', { ...judged(at(A, 0)), stamp: 3 }, 0)).toBe('superseded')
  expect(generations.judge('k', { ...judged(at(C, 0)), stamp: 3 }, 0)).toBe('dead')
})

it('lets a soft record of the new generation take nothing from a value of the old one, which is stale already', () => {
  const generations = setUp()
  generations.polledIn(B, 0)
  generations.noteOwn([{ kind: 'keys', keys: ['k'], mode: 'soft' }], at(B, 1))
  expect(generations.judge('k', judged(at(A, 0)), 1)).toBe('superseded')
  generations.noteOwn([{ kind: 'tags', tags: ['t'], reach: '*' }], at(B, 2))
  expect(generations.judge('k', judged(at(A, 0), 't'), 2)).toBe('dead')
})

it('takes no snapshot once it has appended, because its own note could be of another generation', () => {
  const generations = new Generations(() => new InvalidationIndex())
  generations.noteOwn([keys('k')], at(A, 3))
  expect(generations.join({ name: A, index: new InvalidationIndex() })).toBe(false)
  generations.polledIn(A, 0)
  expect(generations.judge('k', judged(at(A, 2)), APPLIED)).toBe('dead')
})

describe('with replicas, of which one may have been promoted while the old primary still answers', () => {
  const FENCE_MS = 100

  function cutOff() {
    const generations = new Generations(() => new InvalidationIndex(), FENCE_MS)
    generations.polledIn(A, 0)
    generations.noteOwn([keys('k')], at(B, 1))
    return generations
  }

  it('lets nothing stand against its own write for as long as the old primary may answer polls', () => {
    const generations = cutOff()
    for (const sentMs of [10, 20, 20 + FENCE_MS - 1]) generations.polledIn(A, sentMs)
    expect(generations.judge('k', judged(at(A, 7)), APPLIED)).toBe('dead')
    expect(generations.judge('other', judged(at(A, 7)), APPLIED)).toBe('valid')
  })

  it('believes polls that still tell of the old generation once that time is over', () => {
    const generations = cutOff()
    for (const sentMs of [10, 20, 20 + FENCE_MS]) generations.polledIn(A, sentMs)
    expect(generations.judge('k', judged(at(A, 7)), APPLIED)).toBe('valid')
  })

  it('ignores a generation that it has left for as long as a primary of it that was cut off may answer', () => {
    const generations = cutOff()
    expect(generations.mayBeCutOff(A, 5)).toBe(false)
    generations.polledIn(B, 10)
    for (const [sentMs, ignored] of [
      [20, true],
      [20 + FENCE_MS - 1, true],
      [20 + FENCE_MS, false],
    ] as const)
      expect(generations.mayBeCutOff(A, sentMs)).toBe(ignored)
    expect(generations.mayBeCutOff(B, 20)).toBe(false)
  })

  it('comes back to the one that lives, when it was the one that was cut off which led it away', () => {
    const generations = new Generations(() => new InvalidationIndex(), FENCE_MS)
    generations.polledIn(C, 0)
    generations.polledIn(B, 10)
    expect(generations.mayBeCutOff(C, 20)).toBe(true)
    expect(generations.mayBeCutOff(C, 20 + FENCE_MS)).toBe(false)
    expect(generations.polledIn(C, 20 + FENCE_MS)).toBe(true)
    expect(generations.judge('k', judged(at(B, 7)), APPLIED)).toBe('superseded')
  })
})

it('of a single server believes every poll: there is no other that could have been cut off', () => {
  const generations = setUp()
  generations.polledIn(B, 10)
  expect(generations.mayBeCutOff(A, 20)).toBe(false)
})
