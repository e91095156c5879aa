import type { Server } from 'node:http'
import cors from '@fastify/cors'
import { AppError } from '@freshet/core/errors/app-error'
import type { TlsIdentity } from '@freshet/tls/tls-identity'
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify'
import { FORWARDED_HEADER } from '../peers/forwarded-header.ts'
import { createNodeServer } from '../tls/create-server.ts'
import type { Access } from './access.ts'
import { createBrokenRequestHandler } from './broken-requests.ts'
import { rememberMethods } from './known-methods.ts'
import type { NodeServices } from './node-services.ts'
import { createProblemReply } from './problem-reply.ts'
import { type RequestIds, readRequestId } from './request-id.ts'
import { batchRoutes } from './routes/batch.ts'
import { bulkRoutes } from './routes/bulk.ts'
import { changesRoute } from './routes/changes.ts'
import { documentationRoutes } from './routes/documentation.ts'
import { eventsRoute } from './routes/events.ts'
import { invalidateRoutes } from './routes/invalidate.ts'
import { listKeysRoute } from './routes/list-keys.ts'
import { nodesRoutes } from './routes/nodes.ts'
import { operationsRoutes } from './routes/operations.ts'
import { peersRoutes } from './routes/peers.ts'
import { previewRoute } from './routes/preview.ts'
import { readEntryRoutes } from './routes/read-entry.ts'
import { receiptsRoute } from './routes/receipts.ts'
import { releaseLeaseRoute } from './routes/release-lease.ts'
import { removeEntryRoutes } from './routes/remove-entry.ts'
import { topologyRoute } from './routes/topology.ts'
import { writeEntryRoutes } from './routes/write-entry.ts'

export interface ServerOptions {
  logger: FastifyBaseLogger
  tls: TlsIdentity
  corsOrigins: readonly string[]
  maxBodyBytes: number
  maxBatchBytes: number
  maxHeaderBytes: number
  requestTimeoutMs: number
  headersTimeoutMs: number
  keepAliveMs: number
}

/** The whole HTTP surface on Fastify. L1 hits normally never come this far: the fast lane in front answers them. */
export async function buildServer(
  services: NodeServices,
  access: Access,
  requestIds: RequestIds,
  options: ServerOptions,
): Promise<{ app: FastifyInstance; server: Server }> {
  const server = createNodeServer(options.tls, {
    maxHeaderSize: options.maxHeaderBytes,
    requestTimeout: options.requestTimeoutMs,
    headersTimeout: options.headersTimeoutMs,
    keepAliveTimeout: options.keepAliveMs,
    connectionsCheckingInterval: 1_000,
  })
  server.on('checkContinue', (request, response) => {
    // Node writes "100 Continue" of a pipelined request between head and body of the answer before it. To leave it out is
    // allowed (RFC 9110, 10.1.1): the body is on its way already.
    if (response.socket !== null) response.writeContinue()
    server.emit('request', request, response)
  })
  const replyWithProblem = createProblemReply(services.complain)
  const app = Fastify({
    loggerInstance: options.logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: options.maxBodyBytes,
    routerOptions: { maxParamLength: 4_096, ignoreDuplicateSlashes: false },
    genReqId: (raw) => readRequestId(raw.headers['x-request-id']) ?? requestIds.next(),
    frameworkErrors: replyWithProblem,
    clientErrorHandler: createBrokenRequestHandler(server, requestIds),
    return503OnClosing: false,
    serverFactory: (handler) => server.on('request', handler),
  })
  app.addHttpMethod('PURGE')
  // A value is bytes, whatever its Content-Type says; routes that want JSON parse it themselves, after the limits.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  app.setErrorHandler(replyWithProblem)
  const methodsOf = rememberMethods(app)
  app.setNotFoundHandler((request, reply) => {
    const path = pathOf(request.url)
    const allowed = methodsOf(path)
    if (allowed.length > 0) reply.header('allow', allowed.join(', '))
    const error =
      allowed.length > 0
        ? new AppError('method_not_allowed', `${request.method} is not allowed here`, { field: 'method' })
        : new AppError('not_found', `There is no ${request.method} ${path}`)
    replyWithProblem(error, request, reply)
  })
  await app.register(cors, {
    // Without a list no browser page of another site may read our answers.
    origin: options.corsOrigins.length === 0 ? false : [...options.corsOrigins],
    methods: ['GET', 'HEAD', 'PUT', 'PATCH', 'POST', 'DELETE', 'PURGE'],
    exposedHeaders: [
      'ETag',
      'Age',
      'Cache-Status',
      'Freshet-Epoch',
      'Freshet-Lease',
      'Freshet-Receipt',
      'Freshet-Version',
      'Location',
      'X-Request-Id',
      'Retry-After',
    ],
    maxAge: 600,
  })
  access.install(app)
  app.addHook('onSend', async (request, reply) => {
    reply.header('x-request-id', request.id)
    // The node that asked counts the read.
    if (!(request.internal && FORWARDED_HEADER in request.headers)) services.recorder.status(reply.statusCode)
  })
  listKeysRoute(app, services)
  batchRoutes(app, services, options.maxBatchBytes)
  peersRoutes(app, services, options.maxBatchBytes)
  readEntryRoutes(app, services)
  writeEntryRoutes(app, services)
  removeEntryRoutes(app, services)
  releaseLeaseRoute(app, services)
  invalidateRoutes(app, services)
  previewRoute(app, services)
  bulkRoutes(app, services)
  receiptsRoute(app, services)
  eventsRoute(app, services)
  changesRoute(app, services)
  topologyRoute(app, services)
  nodesRoutes(app, services)
  operationsRoutes(app, services)
  documentationRoutes(app, services)
  await app.ready()
  return { app, server }
}

function pathOf(url: string): string {
  return url.split('?', 1)[0]?.slice(0, 200) ?? ''
}
