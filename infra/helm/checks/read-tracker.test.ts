import { expect, test } from 'vitest'
import { schemaFaults } from './kubernetes-schema.ts'
import { trackReads } from './read-tracker.ts'

test('what nobody looked at is named, the outermost of it', () => {
  const { tracked, unread } = trackReads({ a: { b: 1, c: { d: 2 } }, list: [{ e: 3 }] })
  JSON.stringify(Object(tracked).a.b)
  for (const item of Object(tracked).list) expect(item).toBeTypeOf('object')
  expect(unread()).toEqual(['/a/c', '/list/0/e'])
})

const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'a', labels: { any: 'label' } } }

test('a schema names a field that Kubernetes would drop, and a value that it would refuse', async () => {
  const ports = [{ name: 'http', port: 80, targetPort: 'http' }]
  expect(await schemaFaults({ ...service, spec: { ports } })).toEqual([])
  const misspelt = { ...service, spec: { ports, selectors: { a: 'b' } } }
  expect(await schemaFaults(misspelt)).toEqual(['/spec/selectors is unknown'])
  const wrong = { ...service, spec: { ports: [{ name: 'http', port: 0.5, targetPort: 'http' }] } }
  expect(await schemaFaults(wrong)).toEqual([expect.stringContaining('data/spec/ports/0/port must be integer')])
})
