import { expect, test } from 'vitest'
import { safePath } from './safe-path'

test.each([
  ['/namespaces?q=a#b', '/namespaces?q=a#b'],
  [undefined, '/'],
  ['', '/'],
  ['https://evil.test/', '/'],
  ['//evil.test/', '/'],
  ['/\\evil.test', '/'],
  ['/\t/evil.test', '/'],
  ['javascript:alert(1)', '/'],
  ['/..//evil.test', '/'],
])('%j leads to %s', (text, path) => {
  expect(safePath(text)).toBe(path)
})
