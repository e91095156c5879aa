import { z } from 'zod'
import {
  ApiKeyView,
  CreateApiKeyInput,
  MintedApiKey,
  RevokeApiKeyInput,
  RotateApiKeyInput,
} from '../schemas/api-keys.ts'
import { Propagation } from '../schemas/namespaces.ts'
import { forAllNamespaces, router } from '../trpc.ts'

const tag = 'API keys'
const Minted = MintedApiKey.extend({ propagation: Propagation })

export const apiKeysRouter = router({
  list: forAllNamespaces('admin')
    .meta({ rest: { method: 'GET', path: '/api/api-keys', tag, summary: 'All keys, without their secrets' } })
    .output(z.object({ items: z.array(ApiKeyView) }))
    .query(async ({ ctx }) => ({ items: await ctx.services.apiKeys.list() })),

  create: forAllNamespaces('admin')
    .meta({ rest: { method: 'POST', path: '/api/api-keys', tag, summary: 'Mint a key', status: 201 } })
    .input(CreateApiKeyInput)
    .output(Minted)
    .mutation(({ ctx, input }) => ctx.services.apiKeys.create(ctx, input)),

  revoke: forAllNamespaces('admin')
    .meta({
      rest: {
        method: 'DELETE',
        path: '/api/api-keys/{id}',
        tag,
        summary: 'Revoke a key',
        description: 'It is dead on every node within 2 s.',
      },
    })
    .input(RevokeApiKeyInput)
    .output(z.object({ key: ApiKeyView, propagation: Propagation }))
    .mutation(({ ctx, input }) => ctx.services.apiKeys.revoke(ctx, input)),

  rotate: forAllNamespaces('admin')
    .meta({
      rest: {
        method: 'POST',
        path: '/api/api-keys/{id}/rotate',
        tag,
        summary: 'Mint a key with the same rights, and let the old one end',
        status: 201,
      },
    })
    .input(RotateApiKeyInput)
    .output(Minted)
    .mutation(({ ctx, input }) => ctx.services.apiKeys.rotate(ctx, input)),
})
