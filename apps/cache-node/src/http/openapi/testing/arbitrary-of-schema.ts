import fc from 'fast-check'
import type { OpenApiDocument } from '../document.ts'
import type { Schema } from '../page/read-document.ts'

/** JSON values that a schema of the document allows; of strings only their length is heeded, not their meaning. */
export function arbitraryOfSchema(document: OpenApiDocument, schema: Schema): fc.Arbitrary<unknown> {
  if ('$ref' in schema) {
    const named = document.components?.schemas?.[String(schema.$ref).split('/').at(-1) ?? '']
    if (named === undefined) throw new Error(`no schema ${schema.$ref}`)
    return arbitraryOfSchema(document, named)
  }
  if (schema.oneOf) return fc.oneof(...schema.oneOf.map((each) => arbitraryOfSchema(document, each)))
  if (schema.enum) return fc.constantFrom(...schema.enum)
  switch (schema.type) {
    case 'object':
      return objects(document, schema)
    case 'array':
      return fc.array(arbitraryOfSchema(document, schema.items ?? {}), { maxLength: Math.min(schema.maxItems ?? 5, 5) })
    case 'string':
      return fc.string({
        unit: 'grapheme',
        minLength: schema.minLength ?? 0,
        maxLength: Math.min(schema.maxLength ?? 40, 40),
      })
    case 'integer':
      return fc.integer({ min: schema.minimum ?? -1_000, max: schema.maximum ?? 1_000 })
    case 'number':
      return fc.double({ min: schema.minimum ?? 0, max: schema.maximum ?? 1e6, noNaN: true })
    case 'boolean':
      return fc.boolean()
    default:
      return fc.jsonValue()
  }
}

function objects(document: OpenApiDocument, schema: Exclude<Schema, { $ref: string }>): fc.Arbitrary<unknown> {
  const members = Object.fromEntries(
    Object.entries(schema.properties ?? {})
      // Octets have no place in JSON; the other forms are tried by bodies of their own.
      .filter(([, member]) => '$ref' in member || member.format !== 'binary')
      .map(([name, member]) => [name, arbitraryOfSchema(document, member)]),
  )
  return fc.record(members, { requiredKeys: schema.required ?? [] })
}
