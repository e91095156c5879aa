import { test } from '@japa/runner'
import { registerCacheDriverTestSuite } from 'bentocache/test_suite'
import { freshetDriver } from '../freshet-driver.ts'

/** Of the nodes that FRESHET_URL and FRESHET_API_KEY name. */
test.group('The suite that bentocache publishes for drivers', (group) => {
  registerCacheDriverTestSuite({
    test,
    group,
    createDriver: (options) => freshetDriver().factory({ prefix: 'suite', ...options }),
  })
})
