'use client'
import { Layers } from 'lucide-react'
import Link from 'next/link'
import { PageHeader } from '~/components/shell/page-header'
import { Button } from '~/components/ui/button'
import { Card } from '~/components/ui/card'
import { SkeletonRows } from '~/components/ui/skeleton'
import { EmptyState, ErrorState } from '~/components/ui/state-block'
import { problemOf, reasonOf } from '~/trpc/problem'
import { NamespaceEditor } from './namespace-editor'
import { usePolicy } from './use-policies'

export function NamespaceScreen({ name }: { name: string }) {
  const policy = usePolicy(name)
  if (policy.data) return <NamespaceEditor stored={policy.data} />
  return (
    <>
      <PageHeader title={name} parent={{ href: '/namespaces', label: 'Namespaces' }} />
      <Card>
        {policy.isPending && <SkeletonRows rows={8} label="Reading the policy" />}
        {policy.error && problemOf(policy.error)?.status === 404 && (
          <EmptyState
            icon={Layers}
            title="This namespace was not declared"
            action={
              <Button asChild>
                <Link href={`/namespaces/~new?name=${encodeURIComponent(name)}`}>Declare it</Link>
              </Button>
            }
          >
            Its keys follow the policy of the namespace "default". Declare it to give it its own.
          </EmptyState>
        )}
        {policy.error && problemOf(policy.error)?.status !== 404 && (
          <ErrorState
            title="The policy could not be read"
            reason={reasonOf(policy.error)}
            onRetry={() => void policy.refetch()}
          />
        )}
      </Card>
    </>
  )
}
