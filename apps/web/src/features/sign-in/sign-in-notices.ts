interface Notice {
  text: string
  bad: boolean
}

/** Errors that next-auth puts into the address when sign-in by OIDC fails. */
const oidcErrors: Record<string, string> = {
  AccessDenied: 'Your account may not sign in here. Ask an administrator for access.',
  OAuthSignin: 'The sign-in service could not be reached. Try again in a moment.',
  OAuthCallback: 'The sign-in service refused, or its answer was not valid. Try again.',
  Callback: 'The sign-in could not be completed. Try again in a moment.',
}

/** What to tell people who come back to the sign-in page. */
export function noticeOf(error: string | undefined, reason: string | undefined): Notice | null {
  if (error) return { text: oidcErrors[error] ?? 'The sign-in did not work. Try again.', bad: true }
  if (reason === 'expired')
    return { text: 'Your session has ended. Sign in again to go on where you were.', bad: false }
  if (reason === 'signed-out') return { text: 'You are signed out.', bad: false }
  return null
}
