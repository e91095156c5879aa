import { authorize, type Principal, type Scope } from '@freshet/core/access/permissions'
import { AppError } from '@freshet/core/errors/app-error'
import type { FastifyInstance } from 'fastify'
import type { Authenticator } from './auth/authenticator.ts'
import { type RateLimits, type RouteClass, renderRateLimit } from './auth/rate-limits.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** No credential needed: probes, metrics, documentation. */
    open?: true
    /** Which limit counts this route. */
    limit?: RouteClass
  }
  interface FastifyRequest {
    principal: Principal
    /** Throws `scope_missing` or `namespace_forbidden` unless the caller may do this here (`*`: everywhere). */
    allow(scope: Scope, namespace: string): void
  }
}

export interface Access {
  install(app: FastifyInstance): void
}

/** Who may do what, on every route that does not say `open`: authentication, then the rate, then the route's own check. */
export function createAccess(
  authenticator: Authenticator,
  limits: RateLimits,
  clock: { monotonicMs(): number },
  onLimited: () => void,
): Access {
  return {
    install(app) {
      app.decorateRequest('principal', null as never)
      app.decorateRequest('allow', function (this: { principal: Principal }, scope: Scope, namespace: string) {
        authorize(this.principal, scope, namespace)
      })
      app.addHook('onRequest', async (request, reply) => {
        const { open, limit } = request.routeOptions.config
        if (open === true || request.is404) return
        const credential = await authenticator.authenticate(request.headers.authorization)
        request.principal = credential.principal
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
