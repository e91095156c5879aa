'use client'
import { type LinkState, useLiveCluster } from '~/features/live/live-cluster'
import { cn } from '~/lib/cn'

const states: Record<LinkState, { label: string; dot: string }> = {
  connecting: { label: 'Connecting', dot: 'bg-warn animate-pulse' },
  live: { label: 'Live', dot: 'bg-ok' },
  lost: { label: 'Connection lost, trying again', dot: 'bg-danger' },
}

/** Whether the figures on the screen are live. */
export function ConnectionState() {
  const { link } = useLiveCluster()
  const { label, dot } = states[link]
  return (
    <p role="status" className="flex items-center gap-1.5 px-1 text-muted text-xs">
      <span aria-hidden className={cn('size-2 rounded-full', dot)} />
      {label}
    </p>
  )
}
