import { redirect } from 'next/navigation'
import { cache } from 'react'
import type { Viewer } from '~/features/session/viewer'
import { portal } from './portal'
import { readSession } from './session'

/** Who looks at a page, or null: nobody, or an account that is disabled or gone. Once per request, though layout and page both ask. */
export const findViewer = cache(async (): Promise<Viewer | null> => {
  const id = await readSession()
  if (id === null) return null
  const { services } = portal()
  const user = await services.users.findActive(id)
  return user && { ...user, environment: services.environment }
})

/**
 * Who looks at a page. Sends strangers to sign in and then back to `path`. Pages hold no data of their own: what they show
 * comes through procedures, which check anew.
 */
export async function requireViewer(path: string): Promise<Viewer> {
  const viewer = await findViewer()
  if (!viewer) redirect(`/sign-in?next=${encodeURIComponent(path)}`)
  return viewer
}
