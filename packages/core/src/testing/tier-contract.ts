import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Version } from '../coherence/version.ts'
import type { Entry } from '../entries/entry.ts'
import { makeAbsence, makeEntry } from '../entries/make-entry.ts'
import { defaultPolicy } from '../policy/namespace-policy.ts'
import type { PutCondition, SharedTier } from '../tiers/tier.ts'

const NOW_MS = 1_700_000_000_000
const [GEN_1, GEN_2] = ['00000000000000a1', 'ffffffffffffff02']
const plain = { compressAboveBytes: 0, nowMs: NOW_MS }

function entryOf(body: string | Buffer, version: Version = at(1), ttlMs = 60_000): Entry {
  const times = { ttlMs, swrMs: 0, sieMs: 0 }
  const value = { body: Buffer.from(body), contentType: 'text/plain; charset=utf-8', etag: '"tag"', tags: ['a', 'ü b'] }
  return makeEntry({ ...value, ...times }, version, defaultPolicy(), NOW_MS)
}

function at(epoch: number, generation = GEN_1): Version {
  return { generation, epoch }
}

/** What every tier behind L1 promises. `create` gives an empty one that ends with the test. */
export function describeTierContract(name: string, create: () => Promise<SharedTier>): void {
  describe(`shared tier: ${name}`, () => {
    it('returns what was put, octet by octet', async () => {
      const tier = await create()
      const entry = entryOf(Buffer.from([0, 255, 13, 10, 128]))
      expect(await tier.put('k', entry, plain)).toBe(true)
      expect(await tier.get('k')).toEqual({ state: 'hit', entry })
      expect(await tier.get('other')).toEqual({ state: 'miss' })
    })

    it('tells the knowledge that there is nothing from not knowing', async () => {
      const tier = await create()
      const absence = makeAbsence(at(3), 5_000, NOW_MS)
      await tier.put('k', absence, plain)
      expect(await tier.get('k')).toEqual({ state: 'known-absent', entry: absence })
    })

    it('keys are exact: no pattern, no folding of case, no normal form', async () => {
      const tier = await create()
      const keys = ['k', 'K', 'k*', '*', 'ü', 'u\u0308', 'a:b', 'a::b', '__proto__', 'constructor', ' ']
      for (const key of keys) await tier.put(key, entryOf(key), plain)
      const lookups = await tier.getMany(keys)
      expect(lookups.map((lookup) => lookup.state === 'hit' && String(lookup.entry.body))).toEqual(keys)
    })

    it('answers many keys in their order, however many, repeated ones too, and none for none', async () => {
      const tier = await create()
      const keys = Array.from({ length: 300 }, (_, i) => `k${i % 290}`)
      for (const key of keys.filter((_, i) => i % 2 === 0)) await tier.put(key, entryOf(key), plain)
      const expected = await Promise.all(keys.map((key) => tier.get(key)))
      expect(await tier.getMany(keys)).toEqual(expected)
      expect(await tier.getMany([])).toEqual([])
    })

    it('stores nothing that is past its last deadline', async () => {
      const tier = await create()
      expect(await tier.put('k', entryOf('x', at(1), 10), { ...plain, nowMs: NOW_MS + 10 })).toBe(false)
      expect(await tier.get('k')).toEqual({ state: 'miss' })
    })

    it.each([
      [1, 2],
      [255, 256],
      [2 ** 32 - 1, 2 ** 32],
      [2 ** 40, 2 ** 40 + 1],
    ])('keeps epoch %2$d against %1$d of the same generation, and takes as new a one', async (older, newer) => {
      const tier = await create()
      expect(await tier.put('k', entryOf('newer', at(newer)), plain)).toBe(true)
      expect(await tier.put('k', entryOf('older', at(older)), plain)).toBe(false)
      const same = entryOf('same', at(newer))
      expect(await tier.put('k', same, plain)).toBe(true)
      expect(await tier.get('k')).toEqual({ state: 'hit', entry: same })
    })

    it('takes any epoch of another generation: nobody can order the two', async () => {
      const tier = await create()
      await tier.put('k', entryOf('one', at(9)), plain)
      expect(await tier.put('k', entryOf('two', at(1, GEN_2)), plain)).toBe(true)
      expect(await tier.put('k', entryOf('one again', at(9)), plain)).toBe(true)
    })

    it('removes what is older than the invalidation or of another generation, and spares what was written with it', async () => {
      const tier = await create()
      const survives = async (held: Version, invalidation: Version) => {
        await tier.put('k', entryOf('x', held), plain)
        await tier.remove(['k'], invalidation)
        return (await tier.get('k')).state === 'hit'
      }
      expect(await survives(at(5), at(4))).toBe(true)
      expect(await survives(at(5), at(5))).toBe(true)
      expect(await survives(at(5), at(6))).toBe(false)
      expect(await survives(at(5), at(2 ** 32))).toBe(false)
      expect(await survives(at(5, GEN_2), at(4))).toBe(false)
      await tier.remove(['never there'], at(1))
    })

    it('lets one of many writers win that insist on having seen the same', async () => {
      const tier = await create()
      const insist = (epoch: number, seen: PutCondition['seen']) =>
        tier.put('k', entryOf(`${epoch}`, at(epoch)), { ...plain, condition: { seen } })
      const first = await Promise.all([1, 2, 3, 4].map((epoch) => insist(epoch, null)))
      expect(first.filter(Boolean)).toHaveLength(1)
      const winner = first.indexOf(true) + 1
      const second = await Promise.all([11, 12, 13].map((epoch) => insist(epoch, at(winner))))
      expect(second.filter(Boolean)).toHaveLength(1)
      expect(await insist(20, null)).toBe(false)
    })

    it('agrees with a plain map about any history', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(operation, { maxLength: 30 }), async (operations) => {
          const tier = await create()
          const model = new Map<string, Version>()
          for (const { kind, key, version, seen } of operations) {
            const held = model.get(key)
            if (kind === 'put') {
              const wanted = seen === undefined || same(seen, held ?? null)
              const stores = wanted && !(held?.generation === version.generation && held.epoch > version.epoch)
              if (stores) model.set(key, version)
              const options = { ...plain, ...(seen !== undefined && { condition: { seen } }) }
              expect(await tier.put(key, entryOf('x', version), options)).toBe(stores)
            } else {
              if (held?.generation !== version.generation || held.epoch < version.epoch) model.delete(key)
              await tier.remove([key], version)
            }
            const lookups = await tier.getMany(KEYS)
            const versions = lookups.map((lookup) => (lookup.state === 'miss' ? undefined : lookup.entry.version))
            expect(versions).toEqual(KEYS.map((key) => model.get(key)))
          }
        }),
        { numRuns: 30 },
      )
    })
  })
}

function same(a: Version | null, b: Version | null): boolean {
  return a?.generation === b?.generation && a?.epoch === b?.epoch
}

const KEYS = ['a', 'b']
const version = fc.record({ generation: fc.constantFrom(GEN_1, GEN_2), epoch: fc.integer({ min: 0, max: 4 }) })
const operation = fc.record({
  kind: fc.constantFrom('put', 'put', 'remove'),
  key: fc.constantFrom(...KEYS),
  version,
  seen: fc.option(fc.option(version), { nil: undefined }),
})
