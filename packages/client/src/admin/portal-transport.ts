import { createTRPCUntypedClient, httpBatchLink, httpSubscriptionLink, splitLink } from '@trpc/client'
import type { AnyTRPCRouter } from '@trpc/server'
import { EventSource } from 'eventsource'
import superjson from 'superjson'
import { toPortalError } from './portal-error.ts'
import type { CallOptions, ProcedureTransport } from './procedure-proxy.ts'
import { subscriptionItems } from './subscription-items.ts'

/** Some proxies refuse longer addresses; what does not fit goes into a request of its own. */
const MAX_URL_LENGTH = 4_000

export interface PortalAccess {
  /** The portal's address; tRPC lies under it. */
  url: URL
  apiKey: string
  fetch: typeof fetch
}

/** Calls the portal's procedures over tRPC's HTTP transports: batched requests, and one event stream per subscription. */
export function portalTransport({ url, apiKey, fetch }: PortalAccess): ProcedureTransport {
  const endpoint = new URL('/api/trpc', url).href
  const headers = { authorization: `Bearer ${apiKey}` }
  const client = createTRPCUntypedClient<AnyTRPCRouter>({
    links: [
      splitLink({
        condition: ({ type }) => type === 'subscription',
        // Node 20 has no EventSource, and the standard one cannot send a credential.
        true: httpSubscriptionLink({
          url: endpoint,
          transformer: superjson,
          EventSource,
          eventSourceOptions: {
            fetch: (address, init) => fetch(address, { ...init, headers: { ...init.headers, ...headers } }),
          },
        }),
        false: httpBatchLink({ url: endpoint, transformer: superjson, maxURLLength: MAX_URL_LENGTH, headers, fetch }),
      }),
    ],
  })

  return {
    query: (path, input, options) => told(client.query(path, input, options), options),
    mutate: (path, input, options) => told(client.mutation(path, input, options), options),
    subscribe: (path, input, options) =>
      subscriptionItems((sink) => {
        const subscription = client.subscription(path, input, {
          onData: sink.push,
          onError: (error) => sink.fail(toPortalError(error)),
          onComplete: sink.end,
        })
        return () => subscription.unsubscribe()
      }, options?.signal),
  }
}

async function told(answer: Promise<unknown>, options: CallOptions | undefined): Promise<unknown> {
  try {
    return await answer
  } catch (error) {
    options?.signal?.throwIfAborted()
    throw toPortalError(error)
  }
}
