import { type Cache, createCache } from '@freshet/client'
import { type Installation, startInstallation } from '@freshet/client/testing/installation'
import keyvTestSuite, { keyvIteratorTests } from '@keyv/test-suite'
import Keyv from 'keyv'
import * as vitest from 'vitest'
import { KeyvFreshet } from './keyv-freshet.ts'

let installation: Installation
let cache: Cache
vitest.beforeAll(async () => {
  installation = await startInstallation({ nodes: 2 })
  cache = createCache({ url: installation.urls, apiKey: installation.apiKey })
})
vitest.afterAll(() => installation.stop())

const store = () => new KeyvFreshet(cache)

vitest.describe('the suite that Keyv publishes', () => keyvTestSuite(vitest, Keyv, store))
vitest.describe('its iterator tests', () => keyvIteratorTests(vitest, Keyv, store))
