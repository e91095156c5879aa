'use client'
import { signOut } from 'next-auth/react'
import { useCallback } from 'react'

/** Ends the session, and with a full page load everything that this page had in memory. */
export function useSignOut(): () => Promise<void> {
  return useCallback(async () => {
    await signOut({ redirect: false })
    window.location.assign('/sign-in?reason=signed-out')
  }, [])
}
