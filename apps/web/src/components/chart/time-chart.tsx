'use client'
import type { ReactNode } from 'react'
import { CartesianGrid, ComposedChart, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts'
import { ChartTooltip } from './chart-tooltip'
import { formatClock, timeTicks } from './time-ticks'

interface TimeChartProps {
  /** Rows with `at` in epoch ms. */
  points: readonly { at: number }[]
  /** Shown interval, epoch ms. */
  domain: readonly [number, number]
  format: (value: number) => string
  /** Upper end of the y axis where it is fixed, as for a share. */
  top?: number
  /** Says in words what the chart shows. */
  label: string
  /** Areas and lines of recharts. */
  children: ReactNode
}

const axis = { tick: { fontSize: 11, fill: 'var(--faint)' }, tickLine: false, axisLine: false }

/** Axes, grid, tooltip and shared cursor of every chart over time. */
export function TimeChart({ points, domain, format, top, label, children }: TimeChartProps) {
  const [from, to] = domain
  return (
    <figure aria-label={label} className="h-44 px-2 pb-2">
      <ResponsiveContainer width="100%" height="100%">
        <ComposedChart data={[...points]} syncId="traffic" syncMethod="value" margin={{ top: 6, right: 12, left: 0 }}>
          <CartesianGrid vertical={false} stroke="var(--line)" />
          <XAxis
            {...axis}
            dataKey="at"
            type="number"
            scale="time"
            domain={[from, to]}
            allowDataOverflow
            ticks={timeTicks(from, to)}
            tickFormatter={(at: number) => formatClock(at, to - from)}
            height={20}
          />
          <YAxis {...axis} width={52} domain={[0, top ?? 'auto']} tickCount={4} tickFormatter={format} allowDecimals />
          <Tooltip
            isAnimationActive={false}
            cursor={{ stroke: 'var(--line-strong)' }}
            content={(tooltip) => <ChartTooltip tooltip={tooltip} format={format} />}
          />
          {children}
        </ComposedChart>
      </ResponsiveContainer>
    </figure>
  )
}
