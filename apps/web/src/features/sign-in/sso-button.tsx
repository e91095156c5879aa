'use client'
import { signIn } from 'next-auth/react'
import { useState } from 'react'
import { Button } from '~/components/ui/button'

export function SsoButton({ name, next }: { name: string; next: string }) {
  const [busy, setBusy] = useState(false)
  const start = () => {
    setBusy(true)
    void signIn('oidc', { callbackUrl: next })
  }
  return (
    <Button busy={busy} onClick={start}>
      Sign in with {name}
    </Button>
  )
}
