import { z } from 'zod'
import { InvalidationMode, Reach } from '../coherence/log-record.ts'

/** Longest name of an event's type, in characters. */
export const MAX_EVENT_TYPE = 200

/**
 * What one event ends: keys, tags, patterns or namespaces, named by a template. `{order.id}` stands for that field of the
 * payload; a field that holds a list gives one matcher per element. In patterns a field's value stands for itself: its
 * `*` matches a star.
 */
export const EventTarget = z.strictObject({
  kind: z.enum(['keys', 'tags', 'patterns', 'namespaces']),
  template: z.string().min(1).max(512),
})
export type EventTarget = z.infer<typeof EventTarget>

/** "When this happens, that is no longer true": an event type and what it ends. */
export const EventRule = z.strictObject({
  id: z.uuid(),
  name: z.string().min(1).max(128),
  /** Exact, or a prefix followed by `*`: `order.*`. */
  eventType: z.string().min(1).max(MAX_EVENT_TYPE),
  mode: InvalidationMode.default('hard'),
  targets: z.array(EventTarget).min(1).max(20),
  /** Namespaces in which the rule may end anything: those that its author held. */
  reach: Reach,
  enabled: z.boolean().default(true),
})
export type EventRule = z.infer<typeof EventRule>

/** `POST /api/events`. */
export const EventRequest = z.strictObject({
  type: z.string().min(1).max(MAX_EVENT_TYPE),
  payload: z.record(z.string(), z.unknown()).default({}),
})
export type EventRequest = z.infer<typeof EventRequest>
