import { authorize, type Principal, type Scope } from '@freshet/core/access/permissions'
import { AppError } from '@freshet/core/errors/app-error'
import type { FastifyInstance } from 'fastify'
import type { Authenticator } from './auth/authenticator.ts'
import { type RateLimits, type RouteClass, renderRateLimit } from './auth/rate-limits.ts'
import { isCertified } from './certified.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** No credential needed: probes, metrics, documentation. */
    open?: true
    /** Freshet's own processes ask here and nobody else, so that it is no part of the public interface. */
    internal?: true
    /** Which limit counts this route. */
    limit?: RouteClass
  }
  interface FastifyRequest {
    principal: Principal
    /** One of Freshet's own processes asks. */
    internal: boolean
    /** Throws `scope_missing` or `namespace_forbidden` unless the caller may do this here (`*`: everywhere). */
    allow(scope: Scope, namespace: string): void
  }
}

export interface Access {
  install(app: FastifyInstance): void
}

/**
 * Who may do what, on every route that does not say `open`: authentication, then the rate, then the route's own check.
 * `requireCertificates`: Freshet's own processes must show one that our authority has signed, so that their token alone is
 * worth nothing.
 */
export function createAccess(
  authenticator: Authenticator,
  limits: RateLimits,
  clock: { monotonicMs(): number },
  onLimited: () => void,
  requireCertificates: boolean,
): Access {
  return {
    install(app) {
      app.decorateRequest('principal', null as never)
      app.decorateRequest('internal', false)
      app.decorateRequest('allow', function (this: { principal: Principal }, scope: Scope, namespace: string) {
        authorize(this.principal, scope, namespace)
      })
      app.addHook('onRequest', async (request, reply) => {
        const { open, internal, limit } = request.routeOptions.config
        if (open === true || request.is404) return
        const credential = await authenticator.authenticate(request.headers.authorization)
        if (credential.internal && requireCertificates && !isCertified(request.raw.socket)) {
          // A certificate is shown when a connection begins: on one that is kept, a renewed one would never be seen.
          reply.header('connection', 'close')
          throw new AppError('unauthenticated', 'This credential counts only beside a client certificate', {
            field: 'Authorization',
          })
        }
        request.principal = credential.principal
        request.internal = credential.internal
        if (internal === true && !credential.internal)
          throw new AppError('scope_missing', "Only Freshet's own processes ask here")
        const nowMs = clock.monotonicMs()
        const verdict = limits.take(credential, limit ?? 'read', nowMs)
        if (verdict === null) return
        const rendered = renderRateLimit(verdict, nowMs)
        reply.header('ratelimit', rendered.limit).header('ratelimit-policy', rendered.policy)
        if (verdict.allowed) return
        onLimited()
        throw new AppError('rate_limited', `More than ${Math.floor(verdict.bucket.burst)} requests per second`, {
          field: verdict.policy,
          limit: Math.floor(verdict.bucket.burst),
          retryAfterMs: verdict.bucket.retryAfterMs(nowMs),
        })
      })
    },
  }
}
