import { expect, test } from 'vitest'
import { schemaFields } from './schema-fields'

const schemas = {
  Origin: { type: 'object', properties: { url: { type: 'string', maxLength: 2_048 } }, required: ['url'] },
}

test('fields are listed with their limits, in depth, references followed', () => {
  const fields = schemaFields(
    {
      type: 'object',
      required: ['ttlMs'],
      properties: {
        ttlMs: { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER, default: 60_000 },
        origin: { anyOf: [{ $ref: '#/components/schemas/Origin' }, { type: 'null' }] },
        headers: { type: 'array', items: { type: 'object', properties: { name: { type: 'string' } } } },
        mode: { enum: ['hard', 'soft'], description: 'How' },
      },
    },
    schemas,
  )
  expect(fields).toEqual([
    { path: 'ttlMs', type: 'integer', required: true, limits: '≥ 1, default 60000', description: '' },
    { path: 'origin', type: 'object or null', required: false, limits: '', description: '' },
    { path: 'origin.url', type: 'string', required: true, limits: '≤ 2,048 characters', description: '' },
    { path: 'headers', type: 'object[]', required: false, limits: '', description: '' },
    { path: 'headers[].name', type: 'string', required: false, limits: '', description: '' },
    { path: 'mode', type: '"hard" | "soft"', required: false, limits: '', description: 'How' },
  ])
})

test('a schema that contains itself ends', () => {
  const tree = { Node: { type: 'object', properties: { child: { $ref: '#/components/schemas/Node' } } } }
  expect(schemaFields({ $ref: '#/components/schemas/Node' }, tree).length).toBe(4)
})
