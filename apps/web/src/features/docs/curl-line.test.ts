import { expect, test } from 'vitest'
import { curlLine } from './curl-line'

const field = (path: string) => ({ path, type: 'string', required: true, limits: '', description: '' })
const auth = '-H "Authorization: Bearer $FRESHET_API_KEY"'

test('a reading operation needs its key and its query alone', () => {
  const operation = { method: 'GET', path: '/api/metrics/history', parameters: [field('window')], body: [] }
  expect(curlLine(operation, 'http://p')).toBe(`curl ${auth} 'http://p/api/metrics/history?window=<window>'`)
})

test('a change names its method, its place and that it takes a body', () => {
  const operation = {
    method: 'PUT',
    path: '/api/namespaces/{name}',
    parameters: [field('name')],
    body: [field('policy')],
  }
  expect(curlLine(operation, 'http://p')).toBe(
    `curl -X PUT ${auth} -H 'Content-Type: application/json' -d '{…}' 'http://p/api/namespaces/<name>'`,
  )
})
