import { forPerson, router } from '../trpc.ts'

export const sessionRouter = router({
  /** Who is signed in, what they may do, and where. */
  me: forPerson.query(({ ctx: { user, principal, services } }) => {
    const { id, email, name, role, namespaces } = user
    return {
      user: { id, email, name, role, namespaces },
      scopes: [...principal.scopes],
      environment: services.environment,
    }
  }),
})
