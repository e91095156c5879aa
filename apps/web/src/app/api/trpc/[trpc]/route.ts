import { appRouter } from '@freshet/api/root'
import { fetchRequestHandler } from '@trpc/server/adapters/fetch'
import { apiContext } from '~/server/api-context'
import { refuseLargeBody } from '~/server/refuse-large-body'

async function handler(request: Request): Promise<Response> {
  return (
    refuseLargeBody(request) ??
    (await fetchRequestHandler({
      endpoint: '/api/trpc',
      req: request,
      router: appRouter,
      createContext: () => apiContext(request),
      responseMeta: ({ ctx }) => ({
        headers: { 'cache-control': 'no-store', ...(ctx && { 'x-request-id': ctx.requestId }) },
      }),
    }))
  )
}

export { handler as GET, handler as POST }
