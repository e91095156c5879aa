import { createHash } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { matchesWeakly, parseEntityTags } from '../entity-tags.ts'
import type { NodeServices } from '../node-services.ts'
import { createOpenApiDocument } from '../openapi/document.ts'
import { PAGE_SECURITY_POLICY, renderPage } from '../openapi/page/render-page.ts'

/** `GET /openapi.json` and `GET /docs`: this node's surface for programs and for people, made once at the start. */
export function documentationRoutes(app: FastifyInstance, { version }: Pick<NodeServices, 'version'>): void {
  const document = createOpenApiDocument(version)
  const json = fixed('application/json; charset=utf-8', JSON.stringify(document))
  const page = fixed('text/html; charset=utf-8', renderPage(document))

  app.get('/openapi.json', { config: { open: true } }, async (request, reply) => json(request, reply))

  app.get('/docs', { config: { open: true } }, async (request, reply) => {
    reply
      .header('content-security-policy', PAGE_SECURITY_POLICY)
      .header('x-content-type-options', 'nosniff')
      .header('referrer-policy', 'no-referrer')
    return page(request, reply)
  })
}

/** Answers with the same text each time, or with 304 to who has it. */
function fixed(contentType: string, text: string): (request: FastifyRequest, reply: FastifyReply) => string | null {
  const etag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`
  return (request, reply) => {
    reply.header('etag', etag).header('cache-control', 'no-cache')
    const tags = parseEntityTags(request.headers['if-none-match'])
    if (tags !== null && matchesWeakly(tags, etag)) {
      reply.code(304)
      return null
    }
    reply.type(contentType)
    return text
  }
}
