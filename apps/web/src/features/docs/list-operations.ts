import { z } from 'zod'
import { JsonSchema } from './json-schema'
import { type SchemaField, schemaFields } from './schema-fields'

const Body = z.looseObject({ schema: JsonSchema }).optional()
/** JSON, or a JSON document per line. */
const Json = z.looseObject({ 'application/json': Body, 'application/jsonl': Body })

const Operation = z.looseObject({
  operationId: z.string(),
  tags: z.array(z.string()).min(1),
  summary: z.string(),
  description: z.string().default(''),
  parameters: z
    .array(
      z.looseObject({ name: z.string(), in: z.string(), required: z.boolean().default(false), schema: JsonSchema }),
    )
    .default([]),
  requestBody: z.looseObject({ content: Json }).optional(),
  responses: z.record(z.string(), z.looseObject({ content: Json.optional() })),
})

const Document = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), Operation)),
  components: z.looseObject({ schemas: z.record(z.string(), JsonSchema).default({}) }),
})

export interface ApiOperation {
  id: string
  tag: string
  method: string
  path: string
  summary: string
  description: string
  parameters: SchemaField[]
  body: SchemaField[]
  /** Fields of the answer on success. */
  answer: SchemaField[]
}

/** The operations of an OpenAPI document, in the shape that the reference page shows. */
export function listOperations(document: unknown): ApiOperation[] {
  const { paths, components } = Document.parse(document)
  const fieldsOf = (content: z.infer<typeof Json> | undefined) => {
    const schema = (content?.['application/json'] ?? content?.['application/jsonl'])?.schema
    return schema ? schemaFields(schema, components.schemas) : []
  }
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      const success = Object.entries(operation.responses).find(([status]) => status.startsWith('2'))?.[1]
      const required = operation.parameters.filter((parameter) => parameter.required).map(({ name }) => name)
      const properties = Object.fromEntries(operation.parameters.map(({ name, schema }) => [name, schema]))
      return {
        id: operation.operationId,
        tag: operation.tags[0] ?? '',
        method: method.toUpperCase(),
        path,
        summary: operation.summary,
        description: operation.description,
        parameters: schemaFields({ type: 'object', properties, required }, components.schemas),
        body: fieldsOf(operation.requestBody?.content),
        answer: fieldsOf(success?.content),
      }
    }),
  )
}
