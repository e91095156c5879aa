import { expect, test } from 'vitest'
import { openApiDocument } from './openapi.ts'
import { pathParameters, restProcedures } from './route-table.ts'

const document = openApiDocument({ version: '1.2.3', portalUrl: 'https://portal.test' })
const operations = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
)

test('every procedure with a REST form is in the document, and nothing else but the export', () => {
  const declared = restProcedures().map(({ path, rest }) => `${rest.method.toLowerCase()} ${rest.path} ${path}`)
  const written = operations.map(({ path, method, operation }) => `${method} ${path} ${operation.operationId}`)
  expect(written.sort()).toEqual([...declared, 'get /api/audit/export audit.export'].sort())
  expect(written.length).toBeGreaterThanOrEqual(18)
})

test('every parameter of a path is declared, and is required', () => {
  for (const { path, operation } of operations) {
    const declared = (operation.parameters ?? []).filter((parameter: { in: string }) => parameter.in === 'path')
    expect(declared.map(({ name }: { name: string }) => name).sort()).toEqual(pathParameters(path).sort())
    for (const parameter of declared) expect(parameter.required).toBe(true)
  }
})

test('every reference leads somewhere', () => {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(
    ([, id]) => id,
  )
  expect(references.length).toBeGreaterThan(10)
  for (const id of references) expect(document.components?.schemas).toHaveProperty(String(id))
})

test('each says who may call it, what it answers, and that its errors are problems', () => {
  for (const { operation } of operations) {
    expect(operation.description).toMatch(/Needs /)
    const [status = ''] = Object.keys(operation.responses)
    expect(['200', '201']).toContain(status)
    expect(operation.responses.default.content).toHaveProperty('application/problem+json')
  }
})

test('a policy is described without its defaults where leaving a field out keeps it', () => {
  const input = document.components?.schemas?.NamespacePolicyInput
  expect(JSON.stringify(input)).toContain('"ttlMs"')
  expect(input).not.toHaveProperty('properties.ttlMs.default')
  expect(input).not.toHaveProperty('required')
})

test('what GET and DELETE take besides the path is in the query, for a body is dropped on the way', () => {
  for (const { method, operation } of operations)
    if (method === 'get' || method === 'delete') expect(operation).not.toHaveProperty('requestBody')
  const deletion = document.paths?.['/api/event-rules/{id}']?.delete
  expect(deletion?.parameters).toContainEqual(expect.objectContaining({ name: 'reason', in: 'query' }))
})
