import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { problemOf } from './problem'

/** Sends people whose session ended (signed out elsewhere, account disabled) to where they can begin anew. */
function onError(error: unknown): void {
  if (problemOf(error)?.status !== 401) return
  const next = encodeURIComponent(window.location.pathname + window.location.search)
  window.location.assign(`/sign-in?reason=expired&next=${next}`)
}

export function createQueryClient(): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        // A refusal would only be repeated; what broke on the way or on our side may pass.
        retry: (failures, error) => failures < 2 && (problemOf(error)?.status ?? 500) >= 500,
      },
    },
  })
}
