import { NamespaceName } from '@freshet/core/keys/cache-key'
import { NamespacePolicy } from '@freshet/core/policy/namespace-policy'
import { OriginConfig } from '@freshet/core/policy/origin-config'
import { z } from 'zod'
import { Reason } from './reason.ts'
import { isStorable, UNSTORABLE } from './storable.ts'

/** What is shown in the place of a secret header's value. Sent back, it means "the one that you have". */
export const SECRET_MASK = '••••••••'

const { shape } = NamespacePolicy

/**
 * What a caller may say of a policy. Strict: a misspelt setting that was silently dropped would be found in production.
 * Without the defaults: what is left out keeps its value, and a default would overwrite it.
 */
export const PolicyInput = z
  .strictObject({
    name: shape.name,
    ttlMs: shape.ttlMs.unwrap(),
    swrMs: shape.swrMs.unwrap(),
    sieMs: shape.sieMs.unwrap(),
    negativeTtlMs: shape.negativeTtlMs.unwrap(),
    jitterRatio: shape.jitterRatio.unwrap(),
    refreshAheadRatio: shape.refreshAheadRatio.unwrap(),
    maxValueBytes: shape.maxValueBytes.unwrap(),
    compressAboveBytes: shape.compressAboveBytes.unwrap(),
    writes: shape.writes.unwrap(),
    whenDegraded: shape.whenDegraded.unwrap(),
    maxDegradedStaleMs: shape.maxDegradedStaleMs.unwrap(),
    origin: z.strictObject(OriginConfig.shape).nullable().describe('Replaced as a whole; null removes it'),
  } satisfies Record<keyof NamespacePolicy, z.ZodType>)
  .partial()
  .refine(isStorable, UNSTORABLE)
  .meta({ id: 'NamespacePolicyInput' })
export type PolicyInput = z.infer<typeof PolicyInput>

export const NamespaceView = z
  .object({
    policy: NamespacePolicy.meta({ id: 'NamespacePolicy' }),
    version: z.number().int().describe('Grows with each change; send it back to be told of a conflict'),
    updatedAt: z.iso.datetime(),
    updatedBy: z.string(),
  })
  .meta({ id: 'Namespace' })
export type NamespaceView = z.infer<typeof NamespaceView>

/** Whether nodes have been told already, or will be by the worker within a second or two. */
export const Propagation = z.enum(['published', 'pending'])
export type Propagation = z.infer<typeof Propagation>

export const PutNamespaceInput = z.object({
  name: NamespaceName,
  policy: PolicyInput,
  version: z
    .number()
    .int()
    .nonnegative()
    .optional()
    .describe('The version that this change was made from; 0: the namespace must not be declared yet'),
  reason: Reason,
})
export type PutNamespaceInput = z.infer<typeof PutNamespaceInput>

export const OriginProbe = z
  .object({
    nodeId: z.string(),
    status: z.number().int(),
    headers: z.record(z.string(), z.string()),
    durationMs: z.number(),
    body: z.object({
      bytes: z.number().int(),
      /** The first 2 KiB; null when they are no UTF-8 text. */
      sample: z.string().nullable(),
      truncated: z.boolean(),
    }),
  })
  .meta({ id: 'OriginProbe' })
export type OriginProbe = z.infer<typeof OriginProbe>
