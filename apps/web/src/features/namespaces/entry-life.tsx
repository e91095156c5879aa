'use client'
import type { NamespacePolicy } from '@freshet/core/policy/namespace-policy'
import { useFormContext, useWatch } from 'react-hook-form'
import { formatSpan } from '~/lib/figures'
import { entryPhases } from './entry-phases'

const looks = {
  fresh: { name: 'Fresh', color: 'var(--chart-1)', meaning: 'served from cache' },
  revalidate: { name: 'Stale, refreshing', color: 'var(--chart-2)', meaning: 'served at once, one refresh runs' },
  error: { name: 'Only if the origin fails', color: 'var(--chart-3)', meaning: 'loads first, old value on failure' },
} as const

/** What becomes of an entry as it ages under the policy in the form, drawn as a line of time. */
export function EntryLife() {
  const { control } = useFormContext<NamespacePolicy>()
  const [ttlMs, swrMs, sieMs] = useWatch({ control, name: ['ttlMs', 'swrMs', 'sieMs'] })
  const phases = entryPhases({ ttlMs, swrMs, sieMs })
  if (phases.length === 0) return null
  return (
    <div className="rounded-md border bg-raised p-3">
      <p className="mb-2 text-muted text-xs">The life of an entry, from its load to its end</p>
      <ol className="flex gap-1" aria-label="Phases of an entry's life">
        {phases.map(({ phase, fromMs, toMs, width }) => (
          <li key={phase} className="flex min-w-0 flex-col gap-1" style={{ width: `${width * 100}%` }}>
            <span aria-hidden className="h-2 rounded-sm" style={{ background: looks[phase].color }} />
            <span className="truncate font-medium text-xs">{looks[phase].name}</span>
            <span className="truncate text-faint text-xs">
              for {fromMs > 0 && 'another '}
              {formatSpan(toMs - fromMs)}
            </span>
            <span className="hidden truncate text-faint text-xs md:block">{looks[phase].meaning}</span>
          </li>
        ))}
      </ol>
    </div>
  )
}
