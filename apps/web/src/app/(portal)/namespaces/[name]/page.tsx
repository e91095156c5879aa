import type { Metadata } from 'next'
import { NamespaceScreen } from '~/features/namespaces/namespace-screen'
import { requireViewer } from '~/server/require-viewer'

interface Props {
  params: Promise<{ name: string }>
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: decodeURIComponent((await params).name) }
}

export default async function NamespacePage({ params }: Props) {
  const { name } = await params
  await requireViewer()
  return <NamespaceScreen key={name} name={decodeURIComponent(name)} />
}
