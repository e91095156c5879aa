import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useTRPC } from '~/trpc/client'

const RETRY_MS = 3_000

/**
 * Opens a feed again that the server refused. A browser gives such a stream up for good and cannot say why, so we ask who
 * we are meanwhile: when the session has ended, the answer sends people to sign in (see query-client.ts).
 */
export function useRecovery(refused: boolean, reopen: () => void): void {
  const trpc = useTRPC()
  const client = useQueryClient()
  useEffect(() => {
    if (!refused) return
    void client.prefetchQuery(trpc.session.me.queryOptions(undefined, { staleTime: 0, retry: false }))
    const timer = setTimeout(reopen, RETRY_MS)
    return () => clearTimeout(timer)
  }, [refused, reopen, client, trpc])
}
