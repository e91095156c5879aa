import { expect, test } from 'vitest'
import { clientAddress } from './client-address'

test.each([
  ['10.0.0.9', 0, '10.0.0.9'],
  ['6.6.6.6, 203.0.113.7', 1, '203.0.113.7'],
  ['6.6.6.6, 203.0.113.7, 10.0.0.1', 2, '203.0.113.7'],
  ['6.6.6.6', 2, 'unknown'],
  [null, 1, 'unknown'],
  ['', 0, 'unknown'],
])('of %j with %d trusted proxies, the client is %s', (header, proxies, address) => {
  expect(clientAddress(header, proxies)).toBe(address)
})
