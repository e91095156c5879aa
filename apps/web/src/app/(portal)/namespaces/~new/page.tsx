import type { Metadata } from 'next'
import { NewNamespaceScreen } from '~/features/namespaces/new-namespace-screen'
import { requireViewer } from '~/server/require-viewer'

export const metadata: Metadata = { title: 'New namespace' }

interface Props {
  searchParams: Promise<{ name?: string | string[] }>
}

// The tilde is a character that no namespace's name holds, so this page stands in no namespace's way.
export default async function NewNamespacePage({ searchParams }: Props) {
  await requireViewer()
  const { name } = await searchParams
  return <NewNamespaceScreen name={typeof name === 'string' ? name : ''} />
}
