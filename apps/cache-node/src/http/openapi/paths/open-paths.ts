import { FINDING_CODES } from '@freshet/core/contracts/findings'
import { CoherenceState } from '@freshet/core/contracts/node-registry'
import { z } from 'zod'
import { requestHeaders } from '../headers.ts'
import { OPEN, type Operation } from '../operation.ts'
import { FRAMEWORK_CODES, problems } from '../problems.ts'

const tags = ['Operations']
const reasons = z.array(z.string()).meta({ description: 'Sentences for people; empty when all is well' })

const Live = z.strictObject({ status: z.literal('ok') })
const Ready = z.strictObject({ status: z.enum(['ready', 'not_ready']), reasons })
const Claim = z.strictObject({
  holds: z.boolean().nullable().meta({ description: 'Null: nobody can tell' }),
  why: z.string(),
})
const Health = z.strictObject({
  status: z.enum(['healthy', 'degraded']),
  reasons,
  version: z.string(),
  coherence: z.strictObject({
    state: CoherenceState,
    applied: z.number().meta({ description: 'Newest epoch of the invalidation log that this node applied' }),
    tail: z.number().meta({ description: 'Newest epoch that it knows of' }),
    leaseRemainingMs: z.number().meta({ description: 'How long it may still serve as fresh; renewed all the time' }),
  }),
  promises: z.strictObject({ redisCrash: Claim, lostWrites: Claim, partitionedPrimary: Claim }).meta({
    description: 'Whether nothing is served as fresh after its invalidation was acknowledged, through each fault',
  }),
  findings: z
    .array(z.strictObject({ code: z.enum(FINDING_CODES), level: z.enum(['refuse', 'warn', 'info']) }))
    .meta({ description: 'What the checks of its servers found; docs/production-checklist.md explains each' }),
})

function open(route: string, operationId: string, summary: string, mediaType: string, schema: z.ZodType): Operation {
  return {
    method: 'get',
    path: route,
    tags,
    operationId,
    summary,
    security: OPEN,
    responses: {
      200: { description: summary, content: { [mediaType]: { schema } } },
      ...problems(...FRAMEWORK_CODES),
    },
  }
}

/** A text that stays the same while the process runs. */
function fixed(route: string, operationId: string, summary: string, mediaType: string, schema: z.ZodType): Operation {
  const operation = open(route, operationId, summary, mediaType, schema)
  return {
    ...operation,
    request: { headers: z.object({ 'If-None-Match': requestHeaders.ifNoneMatch }) },
    responses: { ...operation.responses, 304: { description: 'It is still the one you have' } },
  }
}

const ready = open('/readyz', 'isReady', 'Ready for traffic or not', 'application/json', Ready)

/** What needs no credential: probes, Prometheus and this documentation. They show figures, never keys or values. */
export const openPaths: readonly Operation[] = [
  open('/livez', 'isAlive', 'Alive or not', 'application/json', Live),
  {
    ...ready,
    responses: {
      ...ready.responses,
      503: { description: 'Not now', content: { 'application/json': { schema: Ready } } },
    },
  },
  open('/health', 'readHealth', 'How this node is', 'application/json', Health),
  open('/metrics', 'scrapeMetrics', 'Figures for Prometheus', 'text/plain', z.string()),
  fixed('/openapi.json', 'readOpenApi', 'This document', 'application/json', z.looseObject({})),
  fixed('/docs', 'readDocs', 'This page', 'text/html', z.string()),
]
