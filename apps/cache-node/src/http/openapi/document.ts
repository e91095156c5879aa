import { OpenAPIRegistry, OpenApiGeneratorV31, type RouteConfig } from '@asteasolutions/zod-to-openapi'
import type { Operation } from './operation.ts'
import { batchPaths } from './paths/batch-paths.ts'
import { bulkPaths } from './paths/bulk-paths.ts'
import { changePaths } from './paths/change-paths.ts'
import { entryPaths } from './paths/entry-paths.ts'
import { inspectionPaths } from './paths/inspection-paths.ts'
import { invalidationPaths } from './paths/invalidation-paths.ts'
import { leasePaths } from './paths/lease-paths.ts'
import { nodePaths } from './paths/node-paths.ts'
import { openPaths } from './paths/open-paths.ts'
import { problemExamples } from './problems.ts'

/**
 * Where methods live that OpenAPI 3.1 has no name for (PURGE): in the shape that 3.2 gives them under
 * `additionalOperations`.
 */
export const MORE_METHODS = 'x-additionalOperations'

const TAGS = [
  { name: 'Values', description: 'One key at a time. The body is the value; what is known of it is in headers.' },
  { name: 'Batches', description: 'Many keys in one request.' },
  { name: 'Invalidation', description: 'Ending what is cached, on all nodes, with proof.' },
  { name: 'Keys', description: 'What the cache holds.' },
  { name: 'Nodes', description: 'Who is in the cluster, who owns which keys, and taking a node out.' },
  { name: 'Operations', description: 'Health, figures and this documentation.' },
]

const DESCRIPTION = `A node of a Freshet cluster: a cache that is never stale by accident.

Send a credential as \`Authorization: Bearer …\`, an API key or a JWT. Every answer carries \`X-Request-Id\`, yours if you send one. Limits in force are told in \`RateLimit\` and \`RateLimit-Policy\`. Every error is a problem document (RFC 9457) with a stable \`code\`.`

export type OpenApiDocument = ReturnType<OpenApiGeneratorV31['generateDocument']>

const operations = [
  ...entryPaths,
  ...leasePaths,
  ...batchPaths,
  ...invalidationPaths,
  ...bulkPaths,
  ...changePaths,
  ...inspectionPaths,
  ...nodePaths,
  ...openPaths,
]

/** The whole HTTP surface of a node as OpenAPI 3.1, made from the schemas that the routes themselves parse with. */
export function createOpenApiDocument(version: string): OpenApiDocument {
  const registry = new OpenAPIRegistry()
  registry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    description: 'An API key (`fk_…`) or a JWT. The names listed are the scopes that it needs; `admin` has them all.',
  })
  for (const [code, example] of problemExamples()) registry.registerComponent('examples', code, example)
  for (const operation of operations) register(registry, operation)
  const document = new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.1',
    info: {
      title: 'Freshet cache node',
      version,
      description: DESCRIPTION,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    tags: TAGS,
  })
  nameFurtherMethods(document)
  return document
}

/** The generator knows the methods of OpenAPI 3.1 only; others travel under TRACE, which no route of ours has. */
function register(registry: OpenAPIRegistry, operation: Operation): void {
  const method: RouteConfig['method'] = operation.method === 'purge' ? 'trace' : operation.method
  registry.registerPath({ ...operation, method })
}

function nameFurtherMethods(document: OpenApiDocument): void {
  for (const item of Object.values(document.paths ?? {})) {
    if (item.trace === undefined) continue
    item[MORE_METHODS] = { PURGE: item.trace }
    delete item.trace
  }
}
