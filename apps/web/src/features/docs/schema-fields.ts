import type { JsonSchema } from './json-schema'

export interface SchemaField {
  /** Dotted path; `[]` stands for each entry of a list. */
  path: string
  type: string
  required: boolean
  /** Limits and default, in words. */
  limits: string
  description: string
}

/** Deeper structures are left to the document itself. */
const MAX_DEPTH = 4

type Schemas = Record<string, JsonSchema>

/** The fields of an object as a flat list, references followed. */
export function schemaFields(schema: JsonSchema, schemas: Schemas, prefix = '', depth = 0): SchemaField[] {
  const { schema: resolved } = unwrap(schema, schemas)
  if (depth >= MAX_DEPTH) return []
  return Object.entries(resolved.properties ?? {}).flatMap(([name, declared]) => {
    const path = prefix + name
    const { schema: field, nullable } = unwrap(declared, schemas)
    const own: SchemaField = {
      path,
      type: `${typeOf(field)}${nullable ? ' or null' : ''}`,
      required: resolved.required?.includes(name) ?? false,
      limits: limitsOf(field, declared),
      description: declared.description ?? field.description ?? '',
    }
    const inner = field.items ? { of: field.items, as: `${path}[].` } : { of: field, as: `${path}.` }
    return [own, ...schemaFields(inner.of, schemas, inner.as, depth + 1)]
  })
}

/** Follows a reference, and sees through "this or null". */
function unwrap(declared: JsonSchema, schemas: Schemas): { schema: JsonSchema; nullable: boolean } {
  const name = declared.$ref?.replace('#/components/schemas/', '')
  const schema = (name === undefined ? undefined : schemas[name]) ?? declared
  const options = schema.anyOf ?? schema.oneOf ?? []
  const [only, ...others] = options.filter(({ type }) => type !== 'null')
  if (!only || others.length > 0 || options.length === 1) return { schema, nullable: false }
  return { schema: unwrap(only, schemas).schema, nullable: true }
}

function typeOf(schema: JsonSchema): string {
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ')
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  const options = schema.anyOf ?? schema.oneOf
  if (options) return options.map(typeOf).join(' | ')
  if (schema.items) return `${typeOf(schema.items)}[]`
  return [schema.type ?? 'any'].flat().join(' or ')
}

function limitsOf(field: JsonSchema, declared: JsonSchema): string {
  const preset = declared.default ?? field.default
  const range = (least: number | undefined, most: number | undefined, what: string) => [
    ...(least === undefined ? [] : [`≥ ${least.toLocaleString('en-US')}${what}`]),
    // zod writes the largest safe integer where no maximum was declared.
    ...(most === undefined || most === Number.MAX_SAFE_INTEGER ? [] : [`≤ ${most.toLocaleString('en-US')}${what}`]),
  ]
  return [
    ...range(field.minimum, field.maximum, ''),
    ...range(field.minLength, field.maxLength, ' characters'),
    ...(preset === undefined ? [] : [`default ${JSON.stringify(preset)}`]),
  ].join(', ')
}
