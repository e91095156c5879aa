import { apiKeysRouter } from './routers/api-keys.ts'
import { auditRouter } from './routers/audit.ts'
import { clusterRouter } from './routers/cluster.ts'
import { eventRulesRouter } from './routers/event-rules.ts'
import { namespacesRouter } from './routers/namespaces.ts'
import { sessionRouter } from './routers/session.ts'
import { router } from './trpc.ts'

/** Everything that the control plane can do; tRPC and REST are two ways to the same procedures. */
export const appRouter = router({
  session: sessionRouter,
  cluster: clusterRouter,
  namespaces: namespacesRouter,
  apiKeys: apiKeysRouter,
  eventRules: eventRulesRouter,
  audit: auditRouter,
})

export type AppRouter = typeof appRouter
