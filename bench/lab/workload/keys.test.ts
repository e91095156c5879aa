import type { NodeClient } from '@freshet/testing/node-client'
import { expect, test } from 'vitest'
import { z } from 'zod'
import type { Invalidation } from '../oracle/invalidation.ts'
import { tagsOf } from '../oracle/tags-of.ts'
import { anyChange, anyKey } from './keys.ts'
import { seeded } from './random.ts'

test('a seed repeats its choices', () => {
  const draws = (seed: number) => {
    const random = seeded(seed)
    return Array.from({ length: 50 }, () => anyKey(random))
  }
  expect(draws(7)).toEqual(draws(7))
  expect(draws(7)).not.toEqual(draws(8))
})

test('every way to invalidate is taken, and names what covers the keys that change', async () => {
  const random = seeded(1)
  const seen = new Set<string>()
  for (let i = 0; i < 300; i++) {
    const { keys, invalidation } = anyChange(random)
    const asked = await askedOf(invalidation.ask)
    seen.add(asked.kind)
    for (const key of keys) expect(asked.covers(key), `${asked.kind} ${invalidation.text} for ${key}`).toBe(true)
  }
  expect([...seen].sort()).toEqual(['delete', 'keys', 'namespace', 'pattern', 'tags'])
})

/** What a node would be asked, and whether that covers a key. */
async function askedOf(ask: Invalidation['ask']): Promise<{ kind: string; covers: (key: string) => boolean }> {
  const asked: { kind: string; covers: (key: string) => boolean }[] = []
  const nothing = new Error('no node is asked here')
  const node: NodeClient = {
    name: 'node-1',
    request: async (method, key) => {
      asked.push({ kind: method.toLowerCase(), covers: (one) => one === key })
      throw nothing
    },
    post: async (_path, document) => {
      const { mode, wait, ...matchers } = Asked.parse(document)
      expect([mode, wait]).toEqual(['hard', 'all'])
      asked.push(...Object.entries(matchers).map(([kind, named]) => ({ kind, covers: coverOf(kind, named) })))
      throw nothing
    },
    get: async () => {
      throw nothing
    },
    close() {},
  }
  await expect(ask(node, 'hard')).rejects.toBe(nothing)
  expect(asked).toHaveLength(1)
  return asked[0] ?? { kind: '', covers: () => false }
}

const texts = z.array(z.string())
const oneText = z
  .string()
  .transform((text) => [text])
  .optional()
const Asked = z.strictObject({
  mode: z.string(),
  wait: z.string(),
  keys: texts.optional(),
  tags: texts.optional(),
  pattern: oneText,
  namespace: oneText,
})

function coverOf(kind: string, named: readonly (string | undefined)[]): (key: string) => boolean {
  const [first = ''] = named
  if (kind === 'keys') return (key) => named.includes(key)
  if (kind === 'tags') return (key) => tagsOf(key).some((tag) => named.includes(tag))
  if (kind === 'pattern') return (key) => key.startsWith(first.replace(/\*$/, ''))
  return (key) => key.startsWith(`${first}:`)
}
