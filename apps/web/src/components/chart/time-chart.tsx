'use client'
import type { ReactNode } from 'react'
import { CartesianGrid, ComposedChart, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts'
import { ChartTooltip } from './chart-tooltip'
import { formatClock, timeTicks } from './time-ticks'

/** How values are laid out upwards. Ticks are given where round ones are known beforehand. */
export interface ValueScale {
  kind: 'linear' | 'log'
  domain: [number, number | 'auto']
  ticks?: number[]
}

interface TimeChartProps {
  /** Rows with `at` in epoch ms. */
  points: readonly { at: number }[]
  /** Shown interval, epoch ms. */
  domain: readonly [number, number]
  scale: ValueScale
  format: (value: number) => string
  /** Of the axis, where shorter than in the tooltip. */
  formatTick?: (value: number) => string
  /** Says in words what the chart shows. */
  label: string
  /** Areas and lines of recharts. */
  children: ReactNode
}

const axis = { tick: { fontSize: 11, fill: 'var(--faint)' }, tickLine: false, axisLine: false }

/** Axes, grid, tooltip and shared cursor of every chart over time. */
export function TimeChart({ points, domain, scale, format, formatTick = format, label, children }: TimeChartProps) {
  const [from, to] = domain
  return (
    <figure aria-label={label} className="h-44 px-2 pb-2">
      <ResponsiveContainer width="100%" height="100%">
        <ComposedChart data={[...points]} syncId="traffic" syncMethod="value" margin={{ top: 6, right: 22, left: 0 }}>
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
          <YAxis
            {...axis}
            width={52}
            scale={scale.kind}
            domain={scale.domain}
            ticks={scale.ticks}
            // Ticks that were chosen are all drawn; recharts would leave out what comes near to another.
            interval={scale.ticks ? 0 : 'preserveEnd'}
            tickCount={4}
            tickFormatter={formatTick}
          />
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
