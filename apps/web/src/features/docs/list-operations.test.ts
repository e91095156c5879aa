import { openApiDocument } from '@freshet/api/rest/openapi'
import { expect, test } from 'vitest'
import { listOperations } from './list-operations'

const operations = listOperations(openApiDocument({ version: '1', portalUrl: 'http://portal.test' }))

test('every operation of our own document is listed, with something to show', () => {
  expect(operations.length).toBeGreaterThan(5)
  for (const operation of operations) expect(operation.answer.length, operation.id).toBeGreaterThan(0)
})

test('a change shows its path parameter and the fields of its body', () => {
  const put = operations.find(({ method, path }) => method === 'PUT' && path === '/api/namespaces/{name}')
  expect(put?.parameters.map(({ path, required }) => [path, required])).toEqual([['name', true]])
  expect(put?.body.map(({ path }) => path)).toEqual(
    expect.arrayContaining(['policy', 'policy.ttlMs', 'policy.origin.url']),
  )
})
