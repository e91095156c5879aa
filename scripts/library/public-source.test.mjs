import path from 'node:path'
import { expect, test } from 'vitest'
import { CHECKOUT } from '../platform/checkout.mjs'
import { publicSource } from './public-source.mjs'

test.each([
  ['packages/client/src/cache.ts', 'freshet/packages/client/src/cache.ts'],
  ['node_modules/.pnpm/zod@4.6.7/node_modules/zod/index.js', 'node_modules/zod/index.js'],
  ['node_modules/.pnpm/@a+b@1/node_modules/@a/b/dist/b.mjs', 'node_modules/@a/b/dist/b.mjs'],
])('%s is shown as %s, wherever the checkout lies', (file, shown) => {
  expect(publicSource(path.join(CHECKOUT, file))).toBe(shown)
})
