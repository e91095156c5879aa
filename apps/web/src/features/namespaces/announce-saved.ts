import type { AppRouter } from '@freshet/api/root'
import type { inferRouterOutputs } from '@trpc/server'
import { toast } from 'sonner'

/** Says that a policy is stored, and whether the nodes have it already. */
export function announceSaved(saved: inferRouterOutputs<AppRouter>['namespaces']['put']): void {
  const time = new Date(saved.updatedAt).toLocaleTimeString('en-GB')
  const title = `"${saved.policy.name}" saved as version ${saved.version}`
  if (saved.propagation === 'published')
    toast.success(title, { description: `Published to all nodes at ${time}; they follow within two seconds.` })
  else
    toast.warning(title, { description: 'Redis does not answer just now. The worker tells the nodes when it is back.' })
}
