import { AuditPageView, AuditVerdict, ListAuditInput, VerifyAuditInput } from '../schemas/audit.ts'
import { forAllNamespaces, forOwnNamespaces, router } from '../trpc.ts'

const tag = 'Audit'

export const auditRouter = router({
  list: forOwnNamespaces('read')
    .meta({
      rest: {
        method: 'GET',
        path: '/api/audit',
        tag,
        summary: 'Who did what, when, from where and why',
        description:
          'Entries that concern nothing but your namespaces. People, sign-ins and API keys are for admins. A page does a ' +
          'bounded amount of work: go on with its cursor until that is null.',
      },
    })
    .input(ListAuditInput)
    .output(AuditPageView)
    .query(({ ctx, input }) => ctx.services.audit.list(ctx.principal, input)),

  verify: forAllNamespaces('admin')
    .meta({
      rest: {
        method: 'GET',
        path: '/api/audit/verify',
        tag,
        summary: 'Check that nobody changed the audit',
        description: 'Recomputes a stretch of the hash chain and names the first row that is not what it was.',
      },
    })
    .input(VerifyAuditInput)
    .output(AuditVerdict)
    .query(({ ctx, input }) => ctx.services.audit.verify(input)),
})
