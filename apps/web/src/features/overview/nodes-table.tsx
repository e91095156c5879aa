'use client'
import type { NodeOverview } from '@freshet/core/contracts/cluster-overview'
import type { ColumnDef } from '@tanstack/react-table'
import { LogOut, ServerOff } from 'lucide-react'
import { Badge } from '~/components/ui/badge'
import { Panel } from '~/components/ui/card'
import { DataTable } from '~/components/ui/data-table'
import { EmptyState } from '~/components/ui/state-block'
import { formatBytes, formatCount, formatLatency, formatRatio, formatSpan, UNKNOWN } from '~/lib/figures'
import { NodeStateBadge } from './node-state-badge'

const numeric = { numeric: true }

const columns: ColumnDef<NodeOverview>[] = [
  {
    id: 'node',
    header: 'Node',
    accessorFn: (node) => node.id,
    cell: ({ row: { original: node } }) => (
      <span className="flex flex-col leading-4">
        <span className="font-medium">{node.id}</span>
        <span className="font-mono text-2xs text-faint">{node.url}</span>
      </span>
    ),
  },
  {
    id: 'state',
    header: 'State',
    accessorFn: (node) => node.state,
    cell: ({ row: { original: node } }) => (
      <span className="flex flex-wrap gap-1">
        <NodeStateBadge state={node.state} />
        {node.draining && (
          <Badge tone="warn">
            <LogOut aria-hidden />
            draining
          </Badge>
        )}
      </span>
    ),
  },
  {
    id: 'ring',
    header: 'Ring',
    meta: {
      numeric: true,
      hint: 'Share of all keys that the node owns, by its weight; and the zone that it stands in',
    },
    accessorFn: (node) => node.ringShare ?? -1,
    cell: ({ row: { original: node } }) => (
      <span className="flex flex-col leading-4">
        <span>{node.ringShare === null ? 'outside' : formatRatio(node.ringShare)}</span>
        <span className="text-2xs text-faint">{[`weight ${node.weight}`, node.zone].filter(Boolean).join(', ')}</span>
      </span>
    ),
  },
  {
    id: 'requests',
    header: 'Requests',
    meta: numeric,
    accessorFn: (node) => node.sample?.requestsPerS ?? -1,
    cell: ({ row }) => (row.original.sample ? `${formatCount(row.original.sample.requestsPerS)}/s` : UNKNOWN),
  },
  {
    id: 'hitRatio',
    header: 'Hit ratio',
    meta: numeric,
    accessorFn: (node) => node.sample?.hitRatio ?? -1,
    cell: ({ row }) => formatRatio(row.original.sample?.hitRatio ?? null),
  },
  {
    id: 'p95',
    header: 'p95',
    meta: numeric,
    accessorFn: (node) => node.sample?.p95Ms ?? -1,
    cell: ({ row }) => formatLatency(row.original.sample?.p95Ms ?? null),
  },
  {
    id: 'epoch',
    header: 'Applied epoch',
    meta: { numeric: true, hint: 'Position in the invalidation log up to which the node has applied everything' },
    accessorFn: (node) => node.applied,
    cell: ({ row }) => <span className="font-mono text-xs">{row.original.applied.toLocaleString('en-US')}</span>,
  },
  {
    id: 'lag',
    header: 'Lag',
    meta: { numeric: true, hint: 'Invalidations that the node knows of and has not applied yet' },
    accessorFn: (node) => node.lagEpochs,
    cell: ({ row: { original: node } }) => (
      <span className={node.lagEpochs > 0 ? 'text-warn' : 'text-muted'}>{formatCount(node.lagEpochs)}</span>
    ),
  },
  {
    id: 'memory',
    header: 'L1 of limit',
    meta: { numeric: true, hint: 'Memory of the first tier, and the limit at which it evicts' },
    accessorFn: (node) => node.sample?.l1Bytes ?? -1,
    cell: ({ row: { original: node } }) => (
      <>
        {node.sample ? formatBytes(node.sample.l1Bytes) : UNKNOWN}
        <span className="text-faint"> / {formatBytes(node.l1MaxBytes)}</span>
      </>
    ),
  },
  {
    id: 'rss',
    header: 'Process',
    meta: { numeric: true, hint: 'Resident memory of the whole process' },
    accessorFn: (node) => node.rssBytes,
    cell: ({ row }) => formatBytes(row.original.rssBytes),
  },
  {
    id: 'uptime',
    header: 'Up for',
    meta: numeric,
    accessorFn: (node) => node.uptimeMs,
    cell: ({ row }) => formatSpan(row.original.uptimeMs),
  },
]

export function NodesTable({ nodes }: { nodes: NodeOverview[] }) {
  const inRing = nodes.filter((node) => node.ringShare !== null).length
  return (
    <Panel title="Nodes" note={`${nodes.length}, ${inRing} of them in the ring`}>
      <DataTable
        label="Nodes"
        rows={nodes}
        columns={columns}
        rowId={(node) => node.id}
        initialSort={[{ id: 'node', desc: false }]}
        empty={
          <EmptyState icon={ServerOff} title="No node has announced itself">
            Start a cache-node with the same REDIS_URL as this portal; it appears here within a second.
          </EmptyState>
        }
      />
    </Panel>
  )
}
