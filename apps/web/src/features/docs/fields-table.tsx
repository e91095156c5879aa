import { Table, Td, Th } from '~/components/ui/table'
import type { SchemaField } from './schema-fields'

interface FieldsTableProps {
  title: string
  fields: readonly SchemaField[]
  operationId: string
}

export function FieldsTable({ title, fields, operationId }: FieldsTableProps) {
  if (fields.length === 0) return null
  return (
    <div>
      <h3 className="mb-1 font-medium text-muted text-xs">{title}</h3>
      <Table aria-label={`${title} of ${operationId}`}>
        <thead>
          <tr>
            <Th>Field</Th>
            <Th>Type</Th>
            <Th>Limits</Th>
            <Th>Meaning</Th>
          </tr>
        </thead>
        <tbody>
          {fields.map((field) => (
            <tr key={field.path}>
              <Td className="font-mono text-xs">
                {field.path}
                {field.required && <span className="text-faint"> required</span>}
              </Td>
              <Td className="max-w-64 truncate font-mono text-muted text-xs" title={field.type}>
                {field.type}
              </Td>
              <Td className="text-muted text-xs">{field.limits}</Td>
              <Td className="min-w-52 whitespace-normal text-muted text-xs">{field.description}</Td>
            </tr>
          ))}
        </tbody>
      </Table>
    </div>
  )
}
