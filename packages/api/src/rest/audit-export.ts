import { z } from 'zod'
import type { ZodOpenApiOperationObject } from 'zod-openapi'
import type { Context } from '../context.ts'
import { fromZodError } from '../failures.ts'
import { appRouter } from '../root.ts'
import { AuditEntryView, AuditFilterInput, type AuditPageView } from '../schemas/audit.ts'
import { csvLine } from './csv.ts'

export const AUDIT_EXPORT_PATH = '/api/audit/export'

const ExportInput = AuditFilterInput.extend({ format: z.enum(['csv', 'jsonl']).default('csv') })
const COLUMNS = Object.keys(AuditEntryView.shape) as (keyof AuditEntryView)[]
const PAGE = 200

type Format = z.infer<typeof ExportInput>['format']
type NextPage = (cursor: string | undefined) => Promise<AuditPageView>

/**
 * All that `audit.list` would give this caller, page by page: it asks that procedure, so nobody is given here what they
 * are refused there. A failure on the way breaks the answer off, so that a part is never taken for the whole.
 */
export async function exportAudit(request: Request, context: Context): Promise<Response> {
  const input = ExportInput.safeParse(Object.fromEntries(new URL(request.url).searchParams))
  if (!input.success) throw fromZodError(input.error)
  const { format, ...filter } = input.data
  const { audit } = appRouter.createCaller(context)
  const next: NextPage = (cursor) => audit.list({ ...filter, cursor, limit: PAGE })
  // Asked for before the answer begins: a refusal is a problem document with its status.
  const first = await next(undefined)
  return new Response(stream(first, next, format), {
    headers: {
      'content-type': format === 'csv' ? 'text/csv; charset=utf-8; header=present' : 'application/jsonl; charset=utf-8',
      'content-disposition': `attachment; filename="freshet-audit.${format}"`,
      'cache-control': 'no-store',
      'x-request-id': context.requestId,
    },
  })
}

/** Reads a page when the client has taken the one before: what is held in memory does not grow with the audit. */
function stream(first: AuditPageView, next: NextPage, format: Format): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let page: AuditPageView | null = first
  let head = format === 'csv' ? csvLine(COLUMNS) : ''
  return new ReadableStream({
    async pull(controller) {
      // An empty piece is not delivered, and nobody would pull again: go on until there is something to say.
      while (page) {
        const text = head + page.items.map((entry) => lineOf(entry, format)).join('')
        head = ''
        if (text !== '') controller.enqueue(encoder.encode(text))
        page = page.cursor === null ? null : await next(page.cursor)
        if (text !== '' && page) return
      }
      controller.close()
    },
  })
}

function lineOf(entry: AuditEntryView, format: Format): string {
  return format === 'csv' ? csvLine(COLUMNS.map((column) => entry[column])) : `${JSON.stringify(entry)}\n`
}

/** For the OpenAPI document: no procedure, so it says itself what it is. */
export const auditExportOperation: ZodOpenApiOperationObject = {
  operationId: 'audit.export',
  tags: ['Audit'],
  summary: 'The audit as a file',
  description: 'Streamed, newest first.\n\nNeeds the scope `read`; gives what `GET /api/audit` would.',
  requestParams: { query: ExportInput },
  responses: {
    '200': {
      description: 'Done',
      content: { 'text/csv': { schema: z.string() }, 'application/jsonl': { schema: AuditEntryView } },
    },
  },
}
