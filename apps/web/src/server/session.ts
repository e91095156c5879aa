import { getServerSession } from 'next-auth'
import { authOptions } from './auth'

/** The id of who is signed in, as the cookie has it, or null. Says nothing of whether that account still may do anything. */
export async function readSession(): Promise<string | null> {
  const session = await getServerSession(authOptions())
  return session?.user?.id ?? null
}
