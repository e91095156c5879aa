import type { Metadata } from 'next'
import { env } from '~/env'
import { ApiReference } from '~/features/docs/api-reference'
import { listOperations } from '~/features/docs/list-operations'
import { controlApiDocument } from '~/server/control-api-document'
import { requireViewer } from '~/server/require-viewer'

export const metadata: Metadata = { title: 'Control API' }

export default async function DocsPage() {
  await requireViewer()
  return <ApiReference operations={listOperations(controlApiDocument())} portalUrl={env().NEXTAUTH_URL} />
}
