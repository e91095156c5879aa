import type { ReactNode } from 'react'
import { Shell } from '~/components/shell/shell'
import { LiveClusterProvider } from '~/features/live/live-cluster'
import { ViewerProvider } from '~/features/session/viewer'
import { requireViewer } from '~/server/require-viewer'
import { TrpcProvider } from '~/trpc/client'

export default async function PortalLayout({ children }: { children: ReactNode }) {
  return (
    <ViewerProvider viewer={await requireViewer()}>
      <TrpcProvider>
        <LiveClusterProvider>
          <Shell>{children}</Shell>
        </LiveClusterProvider>
      </TrpcProvider>
    </ViewerProvider>
  )
}
