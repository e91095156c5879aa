'use client'
import { CircleCheck, TriangleAlert } from 'lucide-react'
import { useLiveCluster } from '~/features/live/live-cluster'
import { cn } from '~/lib/cn'

/** One line when all is well; else every problem as a sentence. */
export function HealthStrip() {
  const { latest, link } = useLiveCluster()
  if (!latest) return null
  const problems =
    link === 'lost'
      ? ['The live feed stopped: the figures below are the last ones known.', ...latest.problems]
      : latest.problems
  const healthy = problems.length === 0
  const coherent = latest.nodes.filter((node) => node.state === 'coherent').length
  return (
    <section
      aria-label="Health"
      aria-live="polite"
      className={cn(
        'mb-4 flex items-start gap-2.5 rounded-lg border px-4 py-2',
        healthy ? 'bg-surface text-muted' : 'border-transparent bg-warn-soft text-warn',
      )}
    >
      {healthy ? (
        <>
          <CircleCheck aria-hidden className="mt-0.5 size-4 shrink-0 text-ok" />
          <p>
            Healthy: {coherent} of {latest.nodes.length} nodes coherent.
          </p>
        </>
      ) : (
        <>
          <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
          <ul className="flex flex-col gap-0.5">
            {problems.map((problem) => (
              <li key={problem}>{problem}</li>
            ))}
          </ul>
        </>
      )}
    </section>
  )
}
