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
        reason={error.digest ? `It was logged as ${error.digest}.` : 'Reload the page, or try again in a moment.'}
        onRetry={reset}
      />
    </main>
  )
}
