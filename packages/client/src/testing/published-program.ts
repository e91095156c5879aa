/** A program of somebody who has installed the packages: it is compiled and run where nothing of this repository is. */
export const PROGRAM = `
import { createCache, FreshetError } from '@freshet/client'
import { createAdminClient } from '@freshet/client/admin'
import { KeyvFreshet } from '@freshet/keyv'
import Keyv from 'keyv'
import { z } from 'zod'

const cache = createCache()
await cache.invalidate({ namespace: 'shop' })
const Product = z.object({ name: z.string(), price: z.number() })

await cache.set('shop:1', { name: 'boots', price: 90 }, { ttlMs: 60_000, tags: ['brand-7'] })
const product = await cache.get('shop:1', { schema: Product })
// @ts-expect-error it may not be there
product.price
const price: number | undefined = product?.price

let loads = 0
const load = async (): Promise<string> => \`load \${++loads}\`
const first: string = await cache.getOrSet('shop:2', load, { ttlMs: 60_000, tags: ['brand-7'] })
const second: string = await cache.getOrSet('shop:2', load)
const { settled } = await cache.invalidate({ tags: ['brand-7'] }, { reason: 'new prices' })
const third: string = await cache.getOrSet('shop:2', load)

const refused: unknown = await createCache({ apiKey: 'fk_nobody' }).get('shop:1').catch((error) => error)

const admin = createAdminClient({ apiKey: process.env.PORTAL_KEY! })
const { policy, version } = await admin.namespaces.put.mutate({ name: 'shop', policy: { ttlMs: 30_000 } })
const ttlMs: number = policy.ttlMs
const writes: 'any' | 'leased' = policy.writes
// @ts-expect-error a namespace has a name
const misnamed = () => admin.namespaces.get.query({ nam: 'shop' })
// @ts-expect-error there is no such procedure
const missing = () => admin.namespaces.destroy.mutate({ name: 'shop' })
const conflict: unknown = await admin.namespaces.put
  .mutate({ name: 'shop', policy: {}, version: version + 7 })
  .catch((error) => error)

const keyv = new Keyv<number>({ store: new KeyvFreshet(cache), namespace: 'keyv' })
await keyv.set('answer', 42, 60_000)
const answer: number | undefined = await keyv.get('answer')

const codeOf = (error: unknown) => (error instanceof FreshetError ? error.code : String(error))
console.log(JSON.stringify({
  price, first, second, settled, third, refused: codeOf(refused), ttlMs, writes, conflict: codeOf(conflict), answer,
}))
`

export const PRINTS = {
  ...{ price: 90, first: 'load 1', second: 'load 1', settled: true, third: 'load 2', refused: 'unauthenticated' },
  ...{ ttlMs: 30_000, writes: 'any', conflict: 'conflict', answer: 42 },
}

/** Apart from the other: bentocache's own declarations name packages that it does not install. */
export const BENTOCACHE_PROGRAM = `
import { freshetDriver } from '@freshet/bentocache'
import { BentoCache, bentostore } from 'bentocache'

const bento = new BentoCache({
  default: 'shared',
  stores: { shared: bentostore({ prefix: 'bento' }).useL2Layer(freshetDriver()) },
})
let loads = 0
const load = async () => ++loads
const read = (): Promise<number> => bento.getOrSet({ key: 'a', ttl: '1m', factory: load })
await read()
const hit = await read()
await bento.delete({ key: 'a' })
console.log(JSON.stringify({ hit, afterDelete: await read() }))
await bento.disconnectAll()
`
