import { connection } from 'next/server'
import { getServerSession } from 'next-auth'
import { authOptions } from './auth'

/** The id of who is signed in, as the cookie has it, or null. Says nothing of whether that account still may do anything. */
export async function readSession(): Promise<string | null> {
  // Nothing of this may run while `next build` renders pages: there are no settings then, and nobody is signed in.
  await connection()
  const session = await getServerSession(authOptions())
  return session?.user?.id ?? null
}
