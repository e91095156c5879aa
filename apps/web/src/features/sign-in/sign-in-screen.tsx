import { KeyRound } from 'lucide-react'
import { Logo } from '~/components/shell/logo'
import { Card } from '~/components/ui/card'
import { PasswordForm } from './password-form'
import { noticeOf } from './sign-in-notices'
import { SsoButton } from './sso-button'

interface SignInScreenProps {
  /** Where to go afterwards. */
  next: string
  /** As the sign-in by OIDC reports it. */
  error?: string | undefined
  /** Why the person is here, as `expired`. */
  reason?: string | undefined
  demo: boolean
  /** What the organisation calls its sign-in; null: there is none. */
  ssoName: string | null
}

export function SignInScreen({ next, error, reason, demo, ssoName }: SignInScreenProps) {
  const notice = noticeOf(error, reason)
  return (
    <main className="flex min-h-dvh flex-col items-center justify-center gap-6 p-4">
      <div className="flex flex-col items-center gap-3 text-center">
        <Logo className="size-10" />
        <div>
          <h1 className="font-semibold text-xl tracking-tight">Sign in to Freshet</h1>
          <p className="text-muted">The cache that is never stale by accident</p>
        </div>
      </div>
      <Card className="flex w-full max-w-sm flex-col gap-4 p-6">
        {notice && (
          <p role="alert" className={notice.bad ? 'text-danger' : 'text-muted'}>
            {notice.text}
          </p>
        )}
        <PasswordForm next={next} />
        {ssoName && (
          <>
            <p
              aria-hidden
              className="flex items-center gap-3 text-faint text-xs before:h-px before:grow before:bg-line after:h-px after:grow after:bg-line"
            >
              or
            </p>
            <SsoButton name={ssoName} next={next} />
          </>
        )}
      </Card>
      {demo && (
        <div className="flex w-full max-w-sm gap-2.5 rounded-lg bg-accent-soft px-4 py-3 text-accent text-xs">
          <KeyRound aria-hidden className="mt-0.5 size-4 shrink-0" />
          <p>
            This is the demo. Its address and password were printed by <code className="font-mono">npm start</code>, and
            stand in <code className="font-mono">.freshet/demo.json</code>.
          </p>
        </div>
      )}
    </main>
  )
}
