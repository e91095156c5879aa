import { ChevronRight } from 'lucide-react'
import { Badge } from '~/components/ui/badge'
import { curlLine } from './curl-line'
import { FieldsTable } from './fields-table'
import type { ApiOperation } from './list-operations'

const tones = { GET: 'accent', POST: 'ok', PUT: 'warn', DELETE: 'danger' } as const
const toneOf = (method: string) => (method in tones ? tones[method as keyof typeof tones] : 'neutral')

/** One operation, folded until somebody wants to know. */
export function OperationDetails({ operation, portalUrl }: { operation: ApiOperation; portalUrl: string }) {
  return (
    <details className="group">
      <summary className="flex list-none flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2.5 hover:bg-raised focus-visible:-outline-offset-2">
        <ChevronRight aria-hidden className="size-4 text-faint transition-transform group-open:rotate-90" />
        <Badge tone={toneOf(operation.method)} className="w-14 justify-center">
          {operation.method}
        </Badge>
        <code className="break-all font-mono text-xs">{operation.path}</code>
        <span className="text-muted">{operation.summary}</span>
      </summary>
      <div className="flex flex-col gap-4 px-4 pt-1 pb-4 lg:pl-11">
        <p className="max-w-prose whitespace-pre-line text-muted">{operation.description}</p>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
        <pre tabIndex={0} className="overflow-x-auto rounded-md border bg-raised p-2.5 font-mono text-xs">
          {curlLine(operation, portalUrl)}
        </pre>
        <FieldsTable title="Parameters" fields={operation.parameters} operationId={operation.id} />
        <FieldsTable title="Body" fields={operation.body} operationId={operation.id} />
        <FieldsTable title="Answer" fields={operation.answer} operationId={operation.id} />
      </div>
    </details>
  )
}
