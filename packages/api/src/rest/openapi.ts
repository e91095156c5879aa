import { errorCodes } from '@freshet/core/errors/codes'
import { z } from 'zod'
import { createDocument, type oas31, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi'
import type { Access } from '../procedure-meta.ts'
import { AUDIT_EXPORT_PATH, auditExportOperation } from './audit-export.ts'
import { pathParameters, type RestProcedure, restProcedures } from './route-table.ts'

const Problem = z
  .object({
    type: z.url(),
    title: z.string(),
    status: z.number().int(),
    code: z.enum(Object.keys(errorCodes)).describe('Stable; the heading under which docs/failure-modes.md explains it'),
    detail: z.string(),
    field: z.string().optional(),
    limit: z.union([z.number(), z.string()]).optional(),
    state: z.string().optional(),
    requestId: z.string().optional(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem details' })

/** The one document of the control plane, made from what the procedures declare. */
export function openApiDocument({ version, portalUrl }: { version: string; portalUrl: string }): oas31.OpenAPIObject {
  const paths: ZodOpenApiPathsObject = {}
  for (const procedure of restProcedures()) {
    const { path, method } = procedure.rest
    paths[path] = { ...paths[path], [method.toLowerCase()]: operation(procedure) }
  }
  paths[AUDIT_EXPORT_PATH] = { get: withProblems(auditExportOperation) }
  return createDocument({
    openapi: '3.1.1',
    info: {
      title: 'Freshet control plane',
      version,
      description: 'Namespaces, event rules, API keys, the audit and figures of the cluster.',
    },
    servers: [{ url: portalUrl }],
    security: [{ apiKey: [] }, { session: [] }],
    paths,
    components: {
      securitySchemes: {
        apiKey: { type: 'http', scheme: 'bearer', description: 'An API key, fk_…' },
        session: { type: 'apiKey', in: 'cookie', name: 'next-auth.session-token' },
      },
    },
  })
}

function operation({ path, access, rest, input, output }: RestProcedure): ZodOpenApiOperationObject {
  const names = pathParameters(rest.path)
  const parameters = pick(input, (field) => names.includes(field))
  const remaining = pick(input, (field) => !names.includes(field))
  const hasQuery = rest.method === 'GET' || rest.method === 'DELETE'
  const hasBody = !hasQuery && Object.keys(remaining.shape).length > 0
  return withProblems({
    operationId: path,
    tags: [rest.tag],
    summary: rest.summary,
    description: [rest.description, describeAccess(access)].filter(Boolean).join('\n\n'),
    requestParams: { path: parameters, ...(hasQuery ? { query: remaining } : {}) },
    ...(hasBody ? { requestBody: { required: true, content: { 'application/json': { schema: remaining } } } } : {}),
    responses: {
      [String(rest.status ?? 200)]: { description: 'Done', content: { 'application/json': { schema: output } } },
    },
  })
}

function withProblems(operation: ZodOpenApiOperationObject): ZodOpenApiOperationObject {
  const problem = { description: 'A problem', content: { 'application/problem+json': { schema: Problem } } }
  return { ...operation, responses: { ...operation.responses, default: problem } }
}

function pick(input: z.ZodObject, wanted: (field: string) => boolean): z.ZodObject {
  return z.object(Object.fromEntries(Object.entries(input.shape).filter(([field]) => wanted(field))))
}

function describeAccess(access: Access | undefined): string {
  switch (access?.reach) {
    case 'own':
      return `Needs the scope \`${access.scope}\`; shows the namespaces that the caller reaches.`
    case 'named':
      return `Needs the scope \`${access.scope}\` on the namespace.`
    case 'given':
      return `Needs the scope \`${access.scope}\` on each namespace of \`reach\`, or \`admin\` on all for \`"*"\`.`
    case 'all':
      return `Needs the scope \`${access.scope}\` on all namespaces.`
    default:
      return 'Needs a session.'
  }
}
