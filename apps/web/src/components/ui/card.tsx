import { type ComponentProps, type ReactNode, useId } from 'react'
import { cn } from '~/lib/cn'

export function Card({ className, ...props }: ComponentProps<'div'>) {
  return <div className={cn('rounded-lg border bg-surface shadow-card', className)} {...props} />
}

interface PanelProps {
  title: string
  /** What the panel shows, in a few words, beside its title. */
  note?: ReactNode
  /** Controls or a legend, at the right of the title. */
  aside?: ReactNode
  children: ReactNode
  className?: string
}

/** A card that is a region of the page, named by its title. */
export function Panel({ title, note, aside, children, className }: PanelProps) {
  const id = useId()
  return (
    <section aria-labelledby={id} className={cn('min-w-0 rounded-lg border bg-surface shadow-card', className)}>
      <header className="flex min-h-11 flex-wrap items-center justify-between gap-x-4 gap-y-1 px-4 py-2">
        <div className="flex items-baseline gap-2">
          <h2 id={id} className="font-semibold text-sm">
            {title}
          </h2>
          {note && <span className="text-faint text-xs">{note}</span>}
        </div>
        {aside}
      </header>
      {children}
    </section>
  )
}
