'use client'
import {
  type ColumnDef,
  flexRender,
  getCoreRowModel,
  getSortedRowModel,
  type Header,
  type SortingState,
  useReactTable,
} from '@tanstack/react-table'
import { ArrowDown, ArrowUp } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { cn } from '~/lib/cn'
import { Table, Td, Th } from './table'
import { Tooltip } from './tooltip'

declare module '@tanstack/react-table' {
  interface ColumnMeta<TData, TValue> {
    /** Numbers stand right-aligned, so that digits of one weight stand above each other. */
    numeric?: boolean
    /** What the heading means, shown when it is pointed at or has the focus. */
    hint?: string
  }
}

interface DataTableProps<Row> {
  label: string
  rows: Row[]
  columns: ColumnDef<Row>[]
  rowId: (row: Row) => string
  initialSort?: SortingState
  /** Shown instead of rows when there are none. */
  empty: ReactNode
  onRowClick?: (row: Row) => void
}

/** A table whose columns sort by a click on their heading. For tables of at most a few hundred rows. */
export function DataTable<Row>({ label, rows, columns, rowId, initialSort, empty, onRowClick }: DataTableProps<Row>) {
  const [sorting, setSorting] = useState<SortingState>(initialSort ?? [])
  const table = useReactTable({
    data: rows,
    columns,
    state: { sorting },
    onSortingChange: setSorting,
    getRowId: rowId,
    getCoreRowModel: getCoreRowModel(),
    getSortedRowModel: getSortedRowModel(),
  })
  if (rows.length === 0) return <div className="border-t">{empty}</div>
  return (
    <Table aria-label={label}>
      <thead>
        <tr>
          {table.getFlatHeaders().map((header) => {
            const sorted = header.column.getIsSorted()
            const numeric = header.column.columnDef.meta?.numeric
            return (
              <Th
                key={header.id}
                className={cn(numeric && 'text-right')}
                aria-sort={sorted === 'asc' ? 'ascending' : sorted === 'desc' ? 'descending' : undefined}
              >
                <Heading header={header} sorted={sorted} />
              </Th>
            )
          })}
        </tr>
      </thead>
      <tbody className="[&>tr:last-child>td]:border-b-0">
        {table.getRowModel().rows.map((row) => (
          <tr
            key={row.id}
            className={cn('hover:bg-raised', onRowClick && 'cursor-pointer')}
            onClick={onRowClick && (() => onRowClick(row.original))}
          >
            {row.getVisibleCells().map((cell) => (
              <Td key={cell.id} className={cn(cell.column.columnDef.meta?.numeric && 'text-right')}>
                {flexRender(cell.column.columnDef.cell, cell.getContext())}
              </Td>
            ))}
          </tr>
        ))}
      </tbody>
    </Table>
  )
}

interface HeadingProps<Row> {
  header: Header<Row, unknown>
  sorted: 'asc' | 'desc' | false
}

function Heading<Row>({ header, sorted }: HeadingProps<Row>) {
  const { meta } = header.column.columnDef
  const button = (
    <button
      type="button"
      className={cn('inline-flex items-center gap-1 align-middle hover:text-ink', meta?.numeric && 'flex-row-reverse')}
      onClick={header.column.getToggleSortingHandler()}
    >
      {flexRender(header.column.columnDef.header, header.getContext())}
      <SortMark sorted={sorted} />
    </button>
  )
  return meta?.hint ? <Tooltip content={meta.hint}>{button}</Tooltip> : button
}

function SortMark({ sorted }: { sorted: 'asc' | 'desc' | false }) {
  if (sorted === 'asc') return <ArrowUp aria-hidden className="size-3" />
  return <ArrowDown aria-hidden className={cn('size-3', sorted === false && 'opacity-0')} />
}
