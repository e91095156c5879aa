import type { ReactNode } from 'react'
import { cn } from '~/lib/cn'
import type { TrendPoint } from '~/lib/sparkline-path'
import { Card } from './card'
import { Sparkline } from './sparkline'

interface StatProps {
  label: string
  value: ReactNode
  /** A second, smaller fact that explains the first. */
  detail: ReactNode
  trend: readonly TrendPoint[]
  /** Colours the value when it is bad news. */
  alarming?: boolean
}

/** One figure with its trend. */
export function Stat({ label, value, detail, trend, alarming = false }: StatProps) {
  return (
    <Card className="relative flex min-w-0 flex-col overflow-hidden">
      <div className="flex flex-col gap-0.5 px-4 pt-3">
        <p className="text-muted text-xs">{label}</p>
        <p className={cn('whitespace-nowrap font-semibold text-2xl tracking-tight', alarming && 'text-danger')}>
          {value}
        </p>
        <p className="truncate text-faint text-xs">{detail}</p>
      </div>
      <Sparkline points={trend} className="mt-2 block h-7 w-full" />
    </Card>
  )
}
