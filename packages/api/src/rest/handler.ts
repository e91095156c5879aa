import { AppError } from '@freshet/core/errors/app-error'
import { callTRPCProcedure } from '@trpc/server'
import type { Context } from '../context.ts'
import { toAppError } from '../failures.ts'
import { appRouter } from '../root.ts'
import { AUDIT_EXPORT_PATH, exportAudit } from './audit-export.ts'
import { problemResponse } from './problem-response.ts'
import { readInput } from './read-input.ts'
import { createRouteTable, type RestProcedure } from './route-table.ts'

/**
 * The REST form of the router: the same procedures, so the same checks, under the routes that their metadata says.
 * Written by hand because trpc-to-openapi rewrites the input schemas of the whole process to coerce strings, which tRPC
 * calls would then feel too (`"false"` becomes true), and knows neither problem documents nor 201 and 405.
 *
 * @param resolve who asks; see resolve-context.ts
 */
export function createRestHandler(
  resolve: (request: Request) => Promise<Context>,
): (request: Request) => Promise<Response> {
  const find = createRouteTable()

  async function answer(request: Request, context: Context): Promise<Response> {
    const { pathname } = new URL(request.url)
    if (pathname === AUDIT_EXPORT_PATH) {
      if (request.method === 'GET') return exportAudit(request, context)
      return refuseMethod(request.method, ['GET'], context.requestId)
    }
    const found = find(pathname)
    if (!found) throw new AppError('not_found', `There is no ${pathname}`)
    if (!found.parameters) throw new AppError('bad_request', 'The path is not properly percent-encoded')
    const procedure = found.procedures.get(request.method === 'HEAD' ? 'GET' : request.method)
    if (!procedure) return refuseMethod(request.method, methodsOf(found.procedures), context.requestId)
    return respond(procedure, await call(procedure, request, found.parameters, context), context.requestId)
  }

  return async (request) => {
    const context = await resolve(request)
    try {
      return await answer(request, context)
    } catch (error) {
      return problemResponse(toAppError(error), context.requestId)
    }
  }
}

function call(
  { path, type }: RestProcedure,
  request: Request,
  parameters: Record<string, string>,
  ctx: Context,
): Promise<unknown> {
  // Asked for by each input parser in turn, and not at all when the caller is refused: then the body stays unread.
  let input: Promise<unknown> | undefined
  const getRawInput = () => {
    input ??= readInput(request, parameters)
    return input
  }
  return callTRPCProcedure({ router: appRouter, path, type, ctx, signal: request.signal, batchIndex: 0, getRawInput })
}

function respond({ rest }: RestProcedure, result: unknown, requestId: string): Response {
  const headers = { 'cache-control': 'no-store', 'x-request-id': requestId }
  return Response.json(result, { status: rest.status ?? 200, headers })
}

function methodsOf(procedures: ReadonlyMap<string, unknown>): string[] {
  return [...procedures.keys(), ...(procedures.has('GET') ? ['HEAD'] : [])]
}

function refuseMethod(method: string, methods: string[], requestId: string): Response {
  const allow = [...methods].sort().join(', ')
  const error = new AppError('method_not_allowed', `${method} is not allowed here; ${allow} are`, { limit: allow })
  return problemResponse(error, requestId, { allow })
}
