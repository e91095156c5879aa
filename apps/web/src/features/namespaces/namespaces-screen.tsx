'use client'
import { Layers, Plus, Search } from 'lucide-react'
import Link from 'next/link'
import { parseAsString, useQueryState } from 'nuqs'
import { PageHeader } from '~/components/shell/page-header'
import { Button } from '~/components/ui/button'
import { Card } from '~/components/ui/card'
import { Input } from '~/components/ui/input'
import { SkeletonRows } from '~/components/ui/skeleton'
import { EmptyState, ErrorState } from '~/components/ui/state-block'
import { useMay } from '~/features/session/viewer'
import { reasonOf } from '~/trpc/problem'
import { PoliciesTable } from './policies-table'
import { usePolicies } from './use-policies'

export function NamespacesScreen() {
  const policies = usePolicies()
  const mayCreate = useMay('admin', '*')
  const [search, setSearch] = useQueryState('q', parseAsString.withDefault(''))
  const needle = search.trim().toLowerCase()
  const rows = policies.data?.items.filter(
    ({ policy }) => policy.name.toLowerCase().includes(needle) || policy.origin?.url.toLowerCase().includes(needle),
  )
  return (
    <>
      <PageHeader
        title="Namespaces"
        subtitle="How each family of keys is cached, and where its values come from"
        actions={
          mayCreate && (
            <Button variant="primary" asChild>
              <Link href="/namespaces/~new">
                <Plus aria-hidden />
                New namespace
              </Link>
            </Button>
          )
        }
      />
      <Card>
        <div className="flex items-center gap-3 p-3">
          <div className="relative w-72 max-w-full">
            <Search aria-hidden className="absolute top-2 left-2.5 size-4 text-faint" />
            <Input
              type="search"
              aria-label="Search by name or origin"
              placeholder="Search by name or origin"
              className="pl-8"
              value={search}
              onChange={(event) => void setSearch(event.target.value || null)}
            />
          </div>
          {rows && (
            <p role="status" className="text-faint text-xs">
              {rows.length} of {policies.data?.items.length}
            </p>
          )}
        </div>
        {policies.isPending && <SkeletonRows rows={5} label="Reading the namespaces" />}
        {policies.error && !policies.data && (
          <ErrorState
            title="The namespaces could not be read"
            reason={reasonOf(policies.error)}
            onRetry={() => void policies.refetch()}
          />
        )}
        {rows && (
          <PoliciesTable
            rows={rows}
            empty={
              <EmptyState icon={Layers} title={needle ? 'Nothing matches' : 'No namespace was declared'}>
                {needle
                  ? 'Try a part of a name, or of an origin’s address.'
                  : 'Keys of namespaces that were not declared follow the default policy: one minute fresh, no origin.'}
              </EmptyState>
            }
          />
        )}
      </Card>
    </>
  )
}
