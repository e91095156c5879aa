import { deriveKey } from '@freshet/core/access/secrets'
import type { TlsIdentity } from '@freshet/tls/tls-identity'
import type { Logger } from 'pino'
import type { NodeEnv } from '../env.ts'
import { createAccess } from './access.ts'
import { Authenticator } from './auth/authenticator.ts'
import { createJwtVerifier } from './auth/jwt-verifier.ts'
import { RateLimits } from './auth/rate-limits.ts'
import { attachLane } from './lane/lane.ts'
import type { NodeServices } from './node-services.ts'
import { createRequestIds } from './request-id.ts'
import { serveFromLane } from './serve-from-lane.ts'
import { buildServer } from './server.ts'

export interface ServerParts {
  env: NodeEnv
  services: NodeServices
  /** access/internal-token.ts */
  token: string
  tls: TlsIdentity
  logger: Logger
}

/** The node's server with its fast lane in front, both behind the same credentials and rates. It does not listen yet. */
export async function composeServer({ env, services, token, tls, logger }: ServerParts) {
  const { control, clock, recorder, complain } = services
  const authenticator = new Authenticator({
    apiKeys: () => control.apiKeys,
    pepper: deriveKey(env.FRESHET_SECRET, 'api-key-hash'),
    internalToken: token,
    verifyJwt: env.jwt && createJwtVerifier(env.jwt),
    nowMs: clock.wallMs,
  })
  const rates = new RateLimits({
    read: env.FRESHET_RATE_READ,
    write: env.FRESHET_RATE_WRITE,
    invalidate: env.FRESHET_RATE_INVALIDATE,
    list: env.FRESHET_RATE_LIST,
  })
  const requireCertificates = env.tls.requireClientCerts
  const requestIds = createRequestIds()
  const access = createAccess(authenticator, rates, clock, () => recorder.rateLimited++, requireCertificates)
  const { app, server } = await buildServer(services, access, requestIds, {
    logger,
    tls,
    corsOrigins: env.FRESHET_CORS_ORIGINS,
    maxBodyBytes: env.FRESHET_MAX_VALUE_BYTES,
    maxBatchBytes: env.FRESHET_MAX_BATCH_BYTES,
    maxHeaderBytes: env.FRESHET_MAX_HEADER_BYTES,
    requestTimeoutMs: env.FRESHET_REQUEST_TIMEOUT_MS,
    headersTimeoutMs: env.FRESHET_HEADERS_TIMEOUT_MS,
    keepAliveMs: env.FRESHET_KEEP_ALIVE_MS,
  })
  const lane = attachLane(
    server,
    serveFromLane({ ...services, authenticator, rates, requestIds, requireCertificates }),
    {
      maxHeadBytes: env.FRESHET_MAX_HEADER_BYTES,
      keepAliveTimeoutMs: env.FRESHET_KEEP_ALIVE_MS,
      headersTimeoutMs: env.FRESHET_HEADERS_TIMEOUT_MS,
      stallTimeoutMs: env.FRESHET_REQUEST_TIMEOUT_MS,
      onHandlerError: (error) => complain('lane', error),
    },
  )
  return { app, server, lane }
}
