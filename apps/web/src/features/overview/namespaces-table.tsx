'use client'
import type { NamespaceOverview } from '@freshet/core/contracts/cluster-overview'
import type { ColumnDef } from '@tanstack/react-table'
import { Layers } from 'lucide-react'
import Link from 'next/link'
import { Panel } from '~/components/ui/card'
import { DataTable } from '~/components/ui/data-table'
import { EmptyState } from '~/components/ui/state-block'
import { formatCount, formatRatio } from '~/lib/figures'

const numeric = { numeric: true }

const columns: ColumnDef<NamespaceOverview>[] = [
  {
    id: 'name',
    header: 'Namespace',
    accessorFn: (namespace) => namespace.name,
    cell: ({ row }) => (
      <Link
        href={`/namespaces/${encodeURIComponent(row.original.name)}`}
        className="font-medium underline-offset-2 hover:underline"
      >
        {row.original.name}
      </Link>
    ),
  },
  {
    id: 'requests',
    header: 'Requests',
    meta: numeric,
    accessorFn: (namespace) => namespace.requestsPerS,
    cell: ({ row }) => `${formatCount(row.original.requestsPerS)}/s`,
  },
  {
    id: 'hitRatio',
    header: 'Hit ratio',
    meta: numeric,
    accessorFn: (namespace) => namespace.hitRatio ?? -1,
    cell: ({ row }) => formatRatio(row.original.hitRatio),
  },
  {
    id: 'loads',
    header: 'Origin loads',
    meta: numeric,
    accessorFn: (namespace) => namespace.loadsPerS,
    cell: ({ row }) => `${formatCount(row.original.loadsPerS)}/s`,
  },
  {
    id: 'failures',
    header: 'Failures',
    meta: numeric,
    accessorFn: (namespace) => namespace.loadFailuresPerS,
    cell: ({ row: { original } }) => (
      <span className={original.loadFailuresPerS > 0 ? 'text-danger' : 'text-muted'}>
        {formatCount(original.loadFailuresPerS)}/s
      </span>
    ),
  },
]

export function NamespacesTable({ namespaces }: { namespaces: NamespaceOverview[] }) {
  return (
    <Panel title="Namespaces" note="busiest first">
      <DataTable
        label="Namespaces"
        rows={namespaces}
        columns={columns}
        rowId={(namespace) => namespace.name}
        initialSort={[{ id: 'requests', desc: true }]}
        empty={
          <EmptyState icon={Layers} title="No namespace has traffic yet">
            A namespace is the part of a key before the first colon. It shows up here with its first request.
          </EmptyState>
        }
      />
    </Panel>
  )
}
