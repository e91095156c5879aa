import type { ReactNode } from 'react'

interface PageHeaderProps {
  title: ReactNode
  /** What the page is about, or what it shows just now. */
  subtitle?: ReactNode
  /** Controls of the whole page. */
  actions?: ReactNode
}

export function PageHeader({ title, subtitle, actions }: PageHeaderProps) {
  return (
    <div className="mb-4 flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
      <div className="min-w-0">
        <h1 className="font-semibold text-xl tracking-tight">{title}</h1>
        {subtitle && <div className="text-muted">{subtitle}</div>}
      </div>
      {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
    </div>
  )
}
