import { MapPinOff } from 'lucide-react'
import Link from 'next/link'
import { Button } from '~/components/ui/button'
import { EmptyState } from '~/components/ui/state-block'

export default function NotFound() {
  return (
    <main className="flex min-h-dvh items-center justify-center">
      <h1 className="sr-only">Not found</h1>
      <EmptyState
        icon={MapPinOff}
        title="There is no page at this address"
        action={
          <Button asChild>
            <Link href="/">Go to the overview</Link>
          </Button>
        }
      >
        It may have been moved, or the address was cut off.
      </EmptyState>
    </main>
  )
}
