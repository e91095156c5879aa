import type { ComponentProps } from 'react'
import { cn } from '~/lib/cn'

/** The table scrolls sideways in its own frame, which takes the focus so that a keyboard can scroll it. */
export function Table({ className, ...props }: ComponentProps<'table'>) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard (axe: scrollable-region-focusable)
    <div tabIndex={0} className="overflow-x-auto focus-visible:-outline-offset-2">
      <table className={cn('w-full border-collapse text-sm', className)} {...props} />
    </div>
  )
}

export function Th({ className, ...props }: ComponentProps<'th'>) {
  return (
    <th
      scope="col"
      className={cn(
        'h-8 whitespace-nowrap border-y bg-raised px-3 text-left font-medium text-muted text-xs first:pl-4 last:pr-4',
        className,
      )}
      {...props}
    />
  )
}

export function Td({ className, ...props }: ComponentProps<'td'>) {
  return <td className={cn('h-9 whitespace-nowrap border-b px-3 first:pl-4 last:pr-4', className)} {...props} />
}
