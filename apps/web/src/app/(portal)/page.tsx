import type { Metadata } from 'next'
import { OverviewScreen } from '~/features/overview/overview-screen'
import { requireViewer } from '~/server/require-viewer'

export const metadata: Metadata = { title: 'Overview' }

export default async function OverviewPage() {
  await requireViewer()
  return <OverviewScreen />
}
