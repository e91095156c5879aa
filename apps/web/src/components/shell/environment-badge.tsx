import { Badge, type BadgeTone } from '~/components/ui/badge'
import type { Environment } from '~/features/session/viewer'

const tones: Record<Environment, BadgeTone> = { development: 'neutral', staging: 'warn', production: 'danger' }

/** Which installation this is, so that nobody purges production while meaning staging. */
export function EnvironmentBadge({ environment }: { environment: Environment }) {
  return (
    <Badge tone={tones[environment]} className="uppercase tracking-wide">
      {environment}
    </Badge>
  )
}
