import { expect, it } from 'vitest'
import type { Entry } from '../entries/entry.ts'
import { makeEntry } from '../entries/make-entry.ts'
import { defaultPolicy } from '../policy/namespace-policy.ts'
import { FakeSharedTier } from '../testing/fake-shared-tier.ts'
import { describeTierContract } from '../testing/tier-contract.ts'
import { BoundedSharedTier } from './bounded-shared-tier.ts'

const ample = { maxKeys: 300, maxPutBytes: 1_000 }
describeTierContract('bounded', async () => new BoundedSharedTier(new FakeSharedTier(), ample))

const G = '00000000000000a1'
const options = { compressAboveBytes: 0, nowMs: 0 }

function entryOf(bytes: number): Entry {
  const value = { body: Buffer.alloc(bytes), contentType: 'text/plain', etag: null, tags: [] }
  return makeEntry({ ...value, ttlMs: 1_000, swrMs: 0, sieMs: 0 }, { generation: G, epoch: 1 }, defaultPolicy(), 0)
}

/** A tier that answers when it is let. */
function setUp(bounds: { maxKeys: number; maxPutBytes: number }) {
  const held = new FakeSharedTier()
  let open = () => {}
  const gate = new Promise<void>((resolve) => {
    open = resolve
  })
  const slow = {
    get: (key: string) => gate.then(() => held.get(key)),
    getMany: (keys: readonly string[]) => gate.then(() => held.getMany(keys)),
    put: (...args: Parameters<FakeSharedTier['put']>) => gate.then(() => held.put(...args)),
    remove: (...args: Parameters<FakeSharedTier['remove']>) => gate.then(() => held.remove(...args)),
  }
  return { held, open, tier: new BoundedSharedTier(slow, bounds) }
}

it('refuses lookups and removals beyond its keys, and takes them again once it was answered', async () => {
  const { tier, open } = setUp({ maxKeys: 4, maxPutBytes: 10 })
  const waiting = [tier.get('a'), tier.getMany(['b', 'c']), tier.remove(['d'], { generation: G, epoch: 1 })]
  await expect(tier.get('e')).rejects.toMatchObject({ code: 'store_unavailable' })
  await expect(tier.getMany(['e', 'f'])).rejects.toMatchObject({ code: 'store_unavailable' })
  await expect(tier.remove(['e'], { generation: G, epoch: 1 })).rejects.toMatchObject({ code: 'store_unavailable' })
  open()
  await Promise.all(waiting)
  expect(await tier.getMany(['e', 'f', 'g', 'h'])).toHaveLength(4)
})

it('refuses values beyond its bytes, whatever their number, and none once they are stored', async () => {
  const { tier, open } = setUp({ maxKeys: 1, maxPutBytes: 100 })
  const waiting = [tier.put('a', entryOf(60), options), tier.put('b', entryOf(40), options)]
  await expect(tier.put('c', entryOf(1), options)).rejects.toMatchObject({ code: 'store_unavailable' })
  open()
  expect(await Promise.all(waiting)).toEqual([true, true])
  expect(await tier.put('c', entryOf(100), options)).toBe(true)
})

it('gives back what a failure held', async () => {
  const { tier, held, open } = setUp({ maxKeys: 1, maxPutBytes: 1 })
  open()
  held.down = true
  for (let i = 0; i < 3; i++) {
    await expect(tier.get('a')).rejects.toThrow('the tier is down')
    await expect(tier.put('a', entryOf(1), options)).rejects.toThrow('the tier is down')
  }
  held.down = false
  expect(await tier.put('a', entryOf(1), options)).toBe(true)
  expect(await tier.get('a')).toMatchObject({ state: 'hit' })
})

it('lets one request pass that is larger than the bound, when it is alone', async () => {
  const { tier, open } = setUp({ maxKeys: 2, maxPutBytes: 10 })
  const alone = [tier.getMany(['a', 'b', 'c']), tier.put('a', entryOf(50), options)]
  await expect(tier.get('d')).rejects.toMatchObject({ code: 'store_unavailable' })
  open()
  expect(await Promise.all(alone)).toHaveLength(2)
})
