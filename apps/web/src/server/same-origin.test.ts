import { expect, test } from 'vitest'
import { isSameOrigin } from './same-origin'

function request(method: string, headers: Record<string, string>) {
  return new Request('http://portal.test/api/trpc/x', { method, headers: { host: 'portal.test', ...headers } })
}

const ours = 'http://portal.test'
const foreign = 'http://evil.test'

test.each<[string, string, Record<string, string>, boolean]>([
  ['reading is always allowed', 'GET', { 'sec-fetch-site': 'cross-site', origin: foreign }, true],
  ['our own page', 'POST', { 'sec-fetch-site': 'same-origin' }, true],
  ['another site', 'POST', { 'sec-fetch-site': 'cross-site' }, false],
  ['a neighbour on the same domain', 'POST', { 'sec-fetch-site': 'same-site' }, false],
  ['an older browser on our page', 'POST', { origin: ours }, true],
  ['an older browser elsewhere', 'POST', { origin: foreign }, false],
  ['another port of our host', 'POST', { origin: `${ours}:81` }, false],
  ['a sandboxed frame', 'POST', { origin: 'null' }, false],
  [
    'an Origin of ours where the browser says otherwise',
    'POST',
    { origin: ours, 'sec-fetch-site': 'cross-site' },
    false,
  ],
  ['no browser at all', 'DELETE', {}, true],
])('%s', (_case, method, headers, allowed) => {
  expect(isSameOrigin(request(method, headers))).toBe(allowed)
})
