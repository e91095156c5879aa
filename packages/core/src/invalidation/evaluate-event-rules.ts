import type { InvalidationMode, Reach } from '../coherence/log-record.ts'
import { findTagFault } from '../entries/tags.ts'
import { AppError } from '../errors/app-error.ts'
import { describeKeyFault, findKeyFault, NamespaceName, namespaceOf } from '../keys/cache-key.ts'
import { escapePattern } from '../patterns/escape-pattern.ts'
import { describePatternFault, parsePattern } from '../patterns/parse-pattern.ts'
import type { EventRequest, EventRule, EventTarget } from './event-rule.ts'
import { fillEventTemplate, parseEventTemplate } from './event-template.ts'
import { MAX_MATCHERS, type Matchers } from './invalidation.ts'
import { commonReach, reachHolds } from './reach.ts'

/** A target of a rule that matched and ended nothing, or not all that it should. */
export interface UnmetTarget {
  template: string
  /** For people: a field that the payload does not hold, or what it made was no key, tag, pattern or namespace. */
  reason: string
}

/** A rule whose event came, and what it ends. */
export interface MatchedRule {
  id: string
  name: string
  mode: InvalidationMode
  /** What both the rule's author and the event's sender hold. */
  reach: Reach
  matchers: Matchers
  unmet: readonly UnmetTarget[]
}

/**
 * The rules that an event sets off, and what each ends. A rule acts within what its author and the event's sender both
 * hold; one with nothing in common is as if it were not there. What a payload does not fill is told by target and keeps
 * no other target from acting: a sender must learn of it, and half an invalidation is better than none.
 *
 * Throws AppError `invalid` when the event comes to more than `MAX_MATCHERS` matchers.
 */
export function evaluateEventRules(rules: readonly EventRule[], event: EventRequest, grant: Reach): MatchedRule[] {
  let left = MAX_MATCHERS
  const matched: MatchedRule[] = []
  for (const rule of rules) {
    const reach = commonReach(rule.reach, grant)
    if (!rule.enabled || reach === null || !isOfType(event.type, rule.eventType)) continue
    const filled = { keys: [] as string[], tags: [] as string[], patterns: [] as string[], namespaces: [] as string[] }
    const unmet: UnmetTarget[] = []
    for (const target of rule.targets) {
      const names = fill(target, event, left, reach, (reason) => unmet.push({ template: target.template, reason }))
      filled[target.kind].push(...names)
      left -= names.length
    }
    const { id, name, mode } = rule
    matched.push({ id, name, mode, reach, matchers: { ...filled, all: false }, unmet })
  }
  return matched
}

/** `order.*` is every type that begins with `order.`; without the star it is that one. */
function isOfType(type: string, wanted: string): boolean {
  return wanted.endsWith('*') ? type.startsWith(wanted.slice(0, -1)) : type === wanted
}

function fill(
  { kind, template }: EventTarget,
  event: EventRequest,
  limit: number,
  reach: Reach,
  complain: (reason: string) => void,
): string[] {
  const parts = parseEventTemplate(template)
  if ('fault' in parts) {
    complain(parts.fault)
    return []
  }
  const filled = fillEventTemplate(parts, event.payload, kind === 'patterns' ? escapePattern : String, limit)
  if ('tooMany' in filled)
    throw new AppError('invalid', `The event comes to more than ${MAX_MATCHERS} keys, tags, patterns and namespaces`, {
      field: 'payload',
      limit: MAX_MATCHERS,
    })
  if ('missing' in filled) {
    complain(`the payload holds no text or number at ${filled.missing}`)
    return []
  }
  return filled.texts.filter((text) => {
    const fault = findFault(kind, text, reach)
    if (fault !== null) complain(fault)
    return fault === null
  })
}

/** What keeps a filled template from ending anything. */
function findFault(kind: EventTarget['kind'], text: string, reach: Reach): string | null {
  switch (kind) {
    case 'keys': {
      const fault = findKeyFault(text)
      if (fault !== null) return describeKeyFault(fault)
      return reachHolds(reach, namespaceOf(text)) ? null : outOfReach(namespaceOf(text))
    }
    case 'tags':
      return findTagFault(text)
    case 'patterns': {
      const pattern = parsePattern(text)
      if ('reason' in pattern) return describePatternFault(pattern)
      return pattern.namespace === null || reachHolds(reach, pattern.namespace) ? null : outOfReach(pattern.namespace)
    }
    case 'namespaces': {
      if (!NamespaceName.safeParse(text).success) return 'it comes to a text that is no name of a namespace'
      return reachHolds(reach, text) ? null : outOfReach(text)
    }
  }
}

function outOfReach(namespace: string): string {
  return `the rule and the credential do not both reach the namespace "${namespace}"`
}
