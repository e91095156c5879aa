import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { env } from '~/env'
import { SignInScreen } from '~/features/sign-in/sign-in-screen'
import { safePath } from '~/lib/safe-path'
import { findViewer } from '~/server/require-viewer'

export const metadata: Metadata = { title: 'Sign in' }

interface Props {
  searchParams: Promise<{ next?: string; error?: string; reason?: string }>
}

export default async function SignInPage({ searchParams }: Props) {
  const { next, error, reason } = await searchParams
  const path = safePath(next)
  // Not the session alone: that of a disabled account would be sent back here, and on again, for ever.
  if (await findViewer()) redirect(path)
  const { OIDC_ISSUER, OIDC_NAME, FRESHET_DEMO } = env()
  return (
    <SignInScreen
      next={path}
      error={error}
      reason={reason}
      demo={FRESHET_DEMO}
      ssoName={OIDC_ISSUER === undefined ? null : OIDC_NAME}
    />
  )
}
