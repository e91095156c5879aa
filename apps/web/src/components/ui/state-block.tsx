import { CircleAlert, type LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { cn } from '~/lib/cn'
import { Button } from './button'

interface EmptyStateProps {
  icon: LucideIcon
  title: string
  /** What to do about it. */
  children: ReactNode
  action?: ReactNode
  className?: string
}

export function EmptyState({ icon: Icon, title, children, action, className }: EmptyStateProps) {
  return (
    <div className={cn('flex flex-col items-center gap-1 px-6 py-10 text-center', className)}>
      <Icon aria-hidden className="mb-1 size-5 text-faint" />
      <p className="font-medium text-ink">{title}</p>
      <div className="max-w-md text-muted">{children}</div>
      {action && <div className="mt-3">{action}</div>}
    </div>
  )
}

interface ErrorStateProps {
  /** What could not be done. */
  title: string
  /** The reason, as the server gave it. */
  reason: string
  onRetry?: () => void
  className?: string
}

export function ErrorState({ title, reason, onRetry, className }: ErrorStateProps) {
  return (
    <div role="alert" className={cn('flex flex-col items-center gap-1 px-6 py-10 text-center', className)}>
      <CircleAlert aria-hidden className="mb-1 size-5 text-danger" />
      <p className="font-medium text-ink">{title}</p>
      <p className="max-w-md text-muted">{reason}</p>
      {onRetry && (
        <Button className="mt-3" onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  )
}
