import type { NodeOverview } from '@freshet/core/contracts/cluster-overview'
import { CircleCheck, CircleDashed, CircleX, type LucideIcon, TriangleAlert } from 'lucide-react'
import { Badge, type BadgeTone } from '~/components/ui/badge'

const states: Record<NodeOverview['state'], { tone: BadgeTone; icon: LucideIcon }> = {
  coherent: { tone: 'ok', icon: CircleCheck },
  syncing: { tone: 'accent', icon: CircleDashed },
  degraded: { tone: 'warn', icon: TriangleAlert },
  unreachable: { tone: 'danger', icon: CircleX },
}

export function NodeStateBadge({ state }: { state: NodeOverview['state'] }) {
  const { tone, icon: Icon } = states[state]
  return (
    <Badge tone={tone}>
      <Icon aria-hidden />
      {state}
    </Badge>
  )
}
