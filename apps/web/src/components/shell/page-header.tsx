import { ChevronLeft } from 'lucide-react'
import Link from 'next/link'
import type { ReactNode } from 'react'

interface PageHeaderProps {
  /** The page above this one. */
  parent?: { href: string; label: string }
  title: ReactNode
  /** What the page is about, or what it shows just now. */
  subtitle?: ReactNode
  /** Controls of the whole page. */
  actions?: ReactNode
}

export function PageHeader({ parent, title, subtitle, actions }: PageHeaderProps) {
  return (
    <div className="mb-4 flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
      <div className="min-w-0">
        {parent && (
          <Link href={parent.href} className="-ml-1 inline-flex items-center gap-0.5 text-muted text-xs hover:text-ink">
            <ChevronLeft aria-hidden className="size-3.5" />
            {parent.label}
          </Link>
        )}
        <h1 className="font-semibold text-xl tracking-tight">{title}</h1>
        {subtitle && <div className="text-muted">{subtitle}</div>}
      </div>
      {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
    </div>
  )
}
