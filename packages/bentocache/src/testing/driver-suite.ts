import { test } from '@japa/runner'
import { memoryDriver } from 'bentocache/drivers/memory'
import { registerCacheDriverTestSuite } from 'bentocache/test_suite'

test.group('The driver suite that bentocache publishes', (group) => {
  registerCacheDriverTestSuite({
    test,
    group,
    createDriver: (options) => memoryDriver({}).factory({ prefix: 'japa', ...options }),
  })
})
