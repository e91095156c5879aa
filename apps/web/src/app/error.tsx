'use client'
import { ErrorState } from '~/components/ui/state-block'

interface Props {
  error: Error & { digest?: string }
  reset: () => void
}

export default function ErrorPage({ error, reset }: Props) {
  return (
    <main className="flex min-h-dvh items-center justify-center">
      <h1 className="sr-only">Something broke</h1>
      <ErrorState
        title="Something broke on our side"
        reason={`Try again in a moment. If it lasts, /api/health says what the portal misses${error.digest ? `, and the log says more under ${error.digest}` : ''}.`}
        onRetry={reset}
      />
    </main>
  )
}
