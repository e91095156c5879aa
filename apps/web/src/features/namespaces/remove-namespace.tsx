'use client'
import { useMutation } from '@tanstack/react-query'
import { Trash2 } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { toast } from 'sonner'
import { Button } from '~/components/ui/button'
import { ConfirmDialog } from '~/components/ui/confirm-dialog'
import { useLiveCluster } from '~/features/live/live-cluster'
import { useViewer } from '~/features/session/viewer'
import { formatCount, formatRatio } from '~/lib/figures'
import { useTRPC } from '~/trpc/client'
import { reasonOf } from '~/trpc/problem'
import { useForgetPolicies } from './use-policies'

export function RemoveNamespace({ name, hasOrigin }: { name: string; hasOrigin: boolean }) {
  const trpc = useTRPC()
  const router = useRouter()
  const forget = useForgetPolicies()
  const { environment } = useViewer()
  const { latest } = useLiveCluster()
  const [open, setOpen] = useState(false)
  const remove = useMutation(
    trpc.namespaces.remove.mutationOptions({
      onSuccess: async () => {
        toast.success(`"${name}" was removed`, { description: 'Its keys now follow the policy "default".' })
        router.push('/namespaces')
        await forget()
      },
    }),
  )
  const live = latest?.namespaces.find((namespace) => namespace.name === name)
  const consequences = [
    live && live.requestsPerS > 0
      ? `It answers ${formatCount(live.requestsPerS)} requests per second right now, ${formatRatio(live.hitRatio)} of its reads from the cache.`
      : 'It has no traffic right now.',
    `All keys that begin with "${name}:" will follow the policy of "default", on every node, within seconds.`,
    ...(hasOrigin ? ['Misses are no longer loaded: its origin goes with it, secret headers included.'] : []),
    'Cached values stay until they expire.',
  ]
  return (
    <>
      <Button onClick={() => setOpen(true)}>
        <Trash2 aria-hidden />
        Delete
      </Button>
      <ConfirmDialog
        open={open}
        onOpenChange={setOpen}
        title={`Delete the namespace "${name}"?`}
        consequences={consequences}
        typeToConfirm={environment === 'production' ? name : undefined}
        confirmLabel="Delete namespace"
        busy={remove.isPending}
        error={remove.error && reasonOf(remove.error)}
        onConfirm={() => remove.mutate({ name })}
      />
    </>
  )
}
