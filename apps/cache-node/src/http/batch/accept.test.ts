import { expect, test } from 'vitest'
import { acceptWeight } from './accept.ts'

const weight = (field: string | undefined) => acceptWeight(field, ['application/msgpack', 'application/x-msgpack'])

test.each([
  [undefined, 1],
  ['', 1],
  ['*/*', 1],
  ['application/*;q=0.5', 0.5],
  ['APPLICATION/MSGPACK', 1],
  ['application/x-msgpack;q=0.3', 0.3],
  ['application/msgpack;q=0.2, application/msgpack;q=0.7', 0.7],
  ['text/html, application/json', 0],
  ['text/*', 0],
])('Accept: %s wants MessagePack by %d', (field, expected) => {
  expect(weight(field)).toBe(expected)
})

test('the most specific range decides, wherever it stands', () => {
  expect(weight('application/msgpack;q=0, */*')).toBe(0)
  expect(weight('*/*, application/*;q=0.1')).toBe(0.1)
  expect(weight('application/*;q=0, application/x-msgpack')).toBe(1)
})

test.each(['application/msgpack;q=2', 'application/msgpack;q=high', '*/msgpack', 'msgpack', 'application/', '/, ;;'])(
  'a range that cannot be read counts for nothing: %s',
  (field) => {
    expect(weight(field)).toBe(0)
  },
)
