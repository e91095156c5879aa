import { SCOPES } from '@freshet/core/access/permissions'
import { z } from 'zod'
import type { Access, RestRoute } from './procedure-meta.ts'
import { appRouter } from './root.ts'

/** A procedure as the router knows it. */
export interface ProcedureFacts {
  /** Its tRPC path, e.g. `namespaces.put`. */
  path: string
  type: 'query' | 'mutation' | 'subscription'
  /** Undefined: nobody said who may call it. The RBAC matrix fails on that. */
  access: Access | undefined
  rest: RestRoute | undefined
  /** All of its inputs as one object. */
  input: z.ZodObject
  output: z.ZodType | undefined
}

const scope = z.enum(SCOPES)
const AccessMeta: z.ZodType<Access> = z.union([
  z.object({ reach: z.literal('person') }),
  z.object({ reach: z.enum(['own', 'named', 'given', 'all']), scope }),
])

/** tRPC keeps these for itself and untyped, so they are checked: an upgrade that moves them is found at start. */
const Definition = z.object({
  type: z.enum(['query', 'mutation', 'subscription']),
  meta: z.object({ access: AccessMeta.optional(), rest: z.custom<RestRoute>().optional() }).optional(),
  inputs: z.array(z.instanceof(z.ZodType)),
  output: z.instanceof(z.ZodType).optional(),
})
const Definitions = z.record(
  z.string(),
  z.custom<{ _def: unknown }>((value) => typeof value === 'function'),
)

/** Every procedure of the router, by path. */
export function listProcedures(): ProcedureFacts[] {
  return Object.entries(Definitions.parse(appRouter._def.procedures)).map(([path, { _def }]) => {
    const { type, meta, inputs, output } = Definition.parse(_def)
    return { path, type, access: meta?.access, rest: meta?.rest, input: joinInputs(inputs), output }
  })
}

function joinInputs(inputs: z.ZodType[]): z.ZodObject {
  const objects = inputs.map((input) => (input instanceof z.ZodOptional ? input.unwrap() : input))
  return objects.reduce<z.ZodObject>(
    (joined, input) => (input instanceof z.ZodObject ? joined.extend(input.shape) : joined),
    z.object({}),
  )
}
