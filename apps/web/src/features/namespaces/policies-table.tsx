'use client'
import type { NamespaceOverview } from '@freshet/core/contracts/cluster-overview'
import type { ColumnDef } from '@tanstack/react-table'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { type ReactNode, useMemo } from 'react'
import { DataTable } from '~/components/ui/data-table'
import { useLiveCluster } from '~/features/live/live-cluster'
import { formatCount, formatRatio, formatSpan, UNKNOWN } from '~/lib/figures'
import type { StoredPolicy } from './use-policies'
import { When } from './when'

const numeric = { numeric: true }
const hrefOf = (name: string) => `/namespaces/${encodeURIComponent(name)}`

const spanOrOff = (ms: number) => (ms === 0 ? <span className="text-faint">off</span> : formatSpan(ms))

type Row = StoredPolicy & { live: NamespaceOverview | undefined }

const columns: ColumnDef<Row>[] = [
  {
    id: 'name',
    header: 'Namespace',
    accessorFn: ({ policy }) => policy.name,
    cell: ({ row: { original } }) => (
      <Link href={hrefOf(original.policy.name)} className="font-medium underline-offset-2 hover:underline">
        {original.policy.name}
      </Link>
    ),
  },
  {
    id: 'origin',
    header: 'Origin',
    accessorFn: ({ policy }) => policy.origin?.url ?? '',
    cell: ({ row: { original } }) =>
      original.policy.origin ? (
        <span className="block max-w-80 truncate font-mono text-muted text-xs" title={original.policy.origin.url}>
          {original.policy.origin.url}
        </span>
      ) : (
        <span className="text-faint">filled by callers</span>
      ),
  },
  {
    id: 'ttl',
    header: 'TTL',
    meta: { numeric: true, hint: 'How long a value is fresh' },
    accessorFn: ({ policy }) => policy.ttlMs,
    cell: ({ row }) => formatSpan(row.original.policy.ttlMs),
  },
  {
    id: 'swr',
    header: 'Revalidate',
    meta: { numeric: true, hint: 'How long past its TTL a value is served at once while it is refreshed' },
    accessorFn: ({ policy }) => policy.swrMs,
    cell: ({ row }) => spanOrOff(row.original.policy.swrMs),
  },
  {
    id: 'sie',
    header: 'If error',
    meta: { numeric: true, hint: 'How long past its TTL a value is served when the origin fails' },
    accessorFn: ({ policy }) => policy.sieMs,
    cell: ({ row }) => spanOrOff(row.original.policy.sieMs),
  },
  {
    id: 'requests',
    header: 'Requests',
    meta: numeric,
    accessorFn: ({ live }) => live?.requestsPerS ?? -1,
    cell: ({ row: { original } }) => (original.live ? `${formatCount(original.live.requestsPerS)}/s` : UNKNOWN),
  },
  {
    id: 'hitRatio',
    header: 'Hit ratio',
    meta: numeric,
    accessorFn: ({ live }) => live?.hitRatio ?? -1,
    cell: ({ row }) => formatRatio(row.original.live?.hitRatio ?? null),
  },
  {
    id: 'updated',
    header: 'Changed',
    accessorFn: ({ updatedAt }) => updatedAt,
    cell: ({ row: { original } }) => (
      <span className="flex flex-col leading-4">
        <When at={original.updatedAt} />
        <span className="max-w-40 truncate text-2xs text-faint" title={original.updatedBy}>
          {original.updatedBy}
        </span>
      </span>
    ),
  },
]

export function PoliciesTable({ rows, empty }: { rows: StoredPolicy[]; empty: ReactNode }) {
  const router = useRouter()
  const { latest } = useLiveCluster()
  const live = latest?.namespaces
  const joined = useMemo(
    () => rows.map((row) => ({ ...row, live: live?.find((namespace) => namespace.name === row.policy.name) })),
    [rows, live],
  )
  return (
    <DataTable
      label="Namespaces"
      rows={joined}
      columns={columns}
      rowId={({ policy }) => policy.name}
      initialSort={[{ id: 'name', desc: false }]}
      empty={empty}
      onRowClick={({ policy }) => router.push(hrefOf(policy.name))}
    />
  )
}
