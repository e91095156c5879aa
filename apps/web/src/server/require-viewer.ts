import { headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { cache } from 'react'
import type { Viewer } from '~/features/session/viewer'
import { PATH_HEADER } from '~/lib/path-header'
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
 * Who looks at a page. Sends strangers to sign in and then back. Layout and page both call it: the layout is not rendered
 * again when people go from page to page. Pages hold no data of their own; procedures, which do, check anew.
 */
export async function requireViewer(): Promise<Viewer> {
  const viewer = await findViewer()
  if (viewer) return viewer
  const path = (await headers()).get(PATH_HEADER) ?? '/'
  redirect(`/sign-in?next=${encodeURIComponent(path)}`)
}
