import { CacheKey } from '@freshet/core/keys/cache-key'
import { z } from 'zod'
import { NamespaceView, OriginProbe, Propagation, PutNamespaceInput } from '../schemas/namespaces.ts'
import { Reason } from '../schemas/reason.ts'
import { forNamedNamespace, forOwnNamespaces, router } from '../trpc.ts'

const tag = 'Namespaces'
const byName = '/api/namespaces/{name}'

export const namespacesRouter = router({
  list: forOwnNamespaces('read')
    .meta({ rest: { method: 'GET', path: '/api/namespaces', tag, summary: 'Declared namespaces and their policies' } })
    .output(z.object({ items: z.array(NamespaceView) }))
    .query(async ({ ctx }) => ({ items: await ctx.services.namespaces.list(ctx.principal) })),

  get: forNamedNamespace('read')
    .meta({ rest: { method: 'GET', path: byName, tag, summary: 'One namespace' } })
    .output(NamespaceView)
    .query(({ ctx, input }) => ctx.services.namespaces.get(input.name)),

  put: forNamedNamespace('admin')
    .meta({
      rest: {
        method: 'PUT',
        path: byName,
        tag,
        summary: 'Declare or change a namespace',
        description:
          'Settings that are left out keep their value; a new namespace starts with the defaults. Secret header values ' +
          'are never shown: send the mask back to keep one. Changing an origin’s address needs its secrets again.',
      },
    })
    .input(PutNamespaceInput)
    .output(NamespaceView.extend({ propagation: Propagation }))
    .mutation(({ ctx, input }) => ctx.services.namespaces.put(ctx, input)),

  remove: forNamedNamespace('admin')
    .meta({
      rest: {
        method: 'DELETE',
        path: byName,
        tag,
        summary: 'Forget a namespace’s policy; it then follows the one named default',
      },
    })
    .input(z.object({ reason: Reason }))
    .output(z.object({ propagation: Propagation }))
    .mutation(({ ctx, input }) => ctx.services.namespaces.remove(ctx, input)),

  /** Reads a key through a live node, past every cache, to see what the namespace's origin answers. */
  testOrigin: forNamedNamespace('warm')
    .meta({
      rest: {
        method: 'POST',
        path: '/api/namespaces/{name}/test-origin',
        tag,
        summary: 'Load one key from the origin',
      },
    })
    .input(z.object({ key: CacheKey }))
    .output(OriginProbe)
    .mutation(({ ctx, input }) => ctx.services.probeOrigin(input.name, input.key)),
})
