import type { Metadata } from 'next'
import { NamespacesScreen } from '~/features/namespaces/namespaces-screen'
import { requireViewer } from '~/server/require-viewer'

export const metadata: Metadata = { title: 'Namespaces' }

export default async function NamespacesPage() {
  await requireViewer()
  return <NamespacesScreen />
}
