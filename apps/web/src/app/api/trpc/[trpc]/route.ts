import { appRouter } from '@freshet/api/root'
import { fetchRequestHandler } from '@trpc/server/adapters/fetch'
import { apiContext } from '~/server/api-context'
import { refuseLargeBody } from '~/server/refuse-large-body'
import { endingWithProcess } from '~/server/stopping'

async function handler(request: Request): Promise<Response> {
  const refused = refuseLargeBody(request)
  if (refused) return refused
  const response = await fetchRequestHandler({
    endpoint: '/api/trpc',
    req: request,
    router: appRouter,
    createContext: () => apiContext(request),
    responseMeta: ({ ctx }) => ({
      headers: { 'cache-control': 'no-store', ...(ctx && { 'x-request-id': ctx.requestId }) },
    }),
  })
  const streams = response.headers.get('content-type')?.startsWith('text/event-stream')
  return streams ? endingWithProcess(response) : response
}

export { handler as GET, handler as POST }
