import { authorize, type Principal, type Scope } from '@freshet/core/access/permissions'
import { AppError } from '@freshet/core/errors/app-error'
import { toProblem } from '@freshet/core/errors/problem'
import { NamespaceName } from '@freshet/core/keys/cache-key'
import { initTRPC } from '@trpc/server'
import superjson from 'superjson'
import { z } from 'zod'
import { authorizeReach } from './authorize-reach.ts'
import type { Context } from './context.ts'
import { toAppError, toTrpcError } from './failures.ts'
import type { ProcedureMeta } from './procedure-meta.ts'
import { RuleReach } from './schemas/event-rules.ts'

const t = initTRPC
  .context<Context>()
  .meta<ProcedureMeta>()
  .create({
    transformer: superjson,
    // `data` is the problem document of the REST form, so that both transports tell the same story under one `code`.
    errorFormatter: ({ shape, error, ctx }) => {
      const problem = toProblem(toAppError(error), ctx?.requestId)
      return { ...shape, message: problem.detail, data: { ...problem, httpStatus: problem.status } }
    },
    sse: {
      // Half-open connections die at proxies and in sleeping laptops; a ping that fails to arrive makes the client return.
      ping: { enabled: true, intervalMs: 5_000 },
      client: { reconnectAfterInactivityMs: 12_000 },
      // Rights are checked when a stream begins. Ending it now and then bounds how long a revoked right still sees.
      maxDurationMs: 60_000,
    },
  })

export const router = t.router

/** Turns every failure into one with a code, and logs what nobody foresaw. */
const procedure = t.procedure.use(async ({ ctx, path, next }) => {
  const result = await next()
  if (result.ok) return result
  const error = toAppError(result.error)
  if (error.code === 'internal')
    ctx.services.log.error({ err: error.cause, path, requestId: ctx.requestId }, 'a procedure failed')
  throw toTrpcError(error)
})

const identified = procedure.use(({ ctx, next }) => {
  if (ctx.refusal) throw ctx.refusal
  if (!ctx.principal) throw new AppError('unauthenticated', 'Sign in, or send an API key as a bearer token')
  return next({ ctx: { ...ctx, principal: ctx.principal } })
})

/** For people with a session, whatever their role; an API key has no business here. */
export const forPerson = identified.meta({ access: { reach: 'person' } }).use(({ ctx, next }) => {
  if (!ctx.user) throw new AppError('unauthenticated', 'This needs a signed-in person')
  return next({ ctx: { ...ctx, user: ctx.user } })
})

/** For holders of a scope on any namespace; the procedure itself shows them no more than their own. */
export const forOwnNamespaces = (scope: Scope) =>
  identified.meta({ access: { reach: 'own', scope } }).use(({ ctx, next }) => {
    authorize(ctx.principal, scope, anyNamespaceOf(ctx.principal))
    return next()
  })

/** For holders of a scope on the namespace that the input names. */
export const forNamedNamespace = (scope: Scope) =>
  identified
    .meta({ access: { reach: 'named', scope } })
    .input(z.object({ name: NamespaceName }))
    .use(({ ctx, input, next }) => {
      authorize(ctx.principal, scope, input.name)
      return next()
    })

/** For holders of a scope on every namespace that the input's `reach` says. */
export const forGivenReach = (scope: Scope) =>
  identified
    .meta({ access: { reach: 'given', scope } })
    .input(z.object({ reach: RuleReach }))
    .use(({ ctx, input, next }) => {
      authorizeReach(ctx.principal, scope, input.reach)
      return next()
    })

/** For holders of a scope on all namespaces. */
export const forAllNamespaces = (scope: Scope) =>
  identified.meta({ access: { reach: 'all', scope } }).use(({ ctx, next }) => {
    authorize(ctx.principal, scope, '*')
    return next()
  })

function anyNamespaceOf({ namespaces }: Principal): string {
  if (namespaces === '*') return '*'
  return namespaces.values().next().value ?? '*'
}
