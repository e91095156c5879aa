import { ChangesReply } from '@freshet/core/contracts/changes'
import { z } from 'zod'
import { ChangesQuery } from '../../routes/changes.ts'
import { needs, type Operation } from '../operation.ts'
import { ACCESS_CODES, FRAMEWORK_CODES, problems } from '../problems.ts'

/** What the log says, for caches that follow it through a node. */
export const changePaths: readonly Operation[] = [
  {
    method: 'get',
    path: '/api/changes',
    tags: ['Invalidation'],
    operationId: 'readChanges',
    summary: 'What was invalidated since',
    description:
      "For caches inside applications. With `waitMs` an answer without news is held back until the node knows anew that there is none. No acknowledgement waits for who follows so: whatever is kept by these answers is to be given up a fixed time (a second) after the question was sent, plus `heldMs`, minus `ageMs`. Only what the credential's namespaces concern is told, and neither who invalidated nor why.",
    security: needs('read'),
    request: {
      query: z.object({
        // As it is written; the route reads a position out of it.
        after: z
          .string()
          .optional()
          .meta({ description: 'The position that the caller has come to, `gen.e`; left out: from now on' }),
        waitMs: ChangesQuery.shape.waitMs.meta({ description: 'How long to hold back an answer without news' }),
      }),
    },
    responses: {
      200: {
        description: 'What came after the position',
        content: { 'application/json': { schema: ChangesReply.meta({ id: 'ChangesReply' }) } },
      },
      ...problems(...FRAMEWORK_CODES, ...ACCESS_CODES, 'invalid', 'degraded'),
    },
  },
]
