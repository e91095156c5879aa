import type { QuantityKind } from '~/lib/quantity'

interface QuantityField {
  label: string
  kind: QuantityKind
  hint: string
  /** The word after a bare count. */
  suffix?: string
}

/** Every number of a policy: how it is called, in which units it is typed and what it does. */
export const quantityFields = {
  ttlMs: { label: 'TTL', kind: 'duration', hint: 'Fresh for this long when origin or writer names no lifetime' },
  swrMs: {
    label: 'Stale while revalidate',
    kind: 'duration',
    hint: 'Past its TTL a value is still served at once while one refresh runs',
  },
  sieMs: { label: 'Stale if error', kind: 'duration', hint: 'Past its TTL a value is served when the origin fails' },
  negativeTtlMs: {
    label: 'Negative TTL',
    kind: 'duration',
    hint: 'How long "no such key" is remembered; 0 never',
  },
  jitterRatio: {
    label: 'TTL jitter',
    kind: 'share',
    hint: 'Shortens each TTL by up to this share, so keys loaded together do not expire together',
  },
  refreshAheadRatio: {
    label: 'Refresh ahead',
    kind: 'share',
    hint: 'A read in this last share of the TTL refreshes in the background; 0 is off',
  },
  maxValueBytes: { label: 'Largest value', kind: 'bytes', hint: 'Larger values are refused with 413' },
  compressAboveBytes: { label: 'Compress above', kind: 'bytes', hint: 'In L2 only; 0 never compresses' },
  maxDegradedStaleMs: {
    label: 'Stale at most',
    kind: 'duration',
    hint: 'How long after losing touch a node may serve values marked stale',
  },
  'origin.softTimeoutMs': {
    label: 'Soft timeout',
    kind: 'duration',
    hint: 'A stale value is served when a load takes longer; the load goes on',
  },
  'origin.attemptTimeoutMs': { label: 'Attempt timeout', kind: 'duration', hint: 'Limit of one attempt' },
  'origin.deadlineMs': {
    label: 'Deadline',
    kind: 'duration',
    hint: 'Limit of the whole load, queue and retries included',
  },
  'origin.retries': {
    label: 'Retries',
    kind: 'count',
    suffix: 'attempts',
    hint: 'Further attempts after a failed one, with jitter',
  },
  'origin.maxConcurrency': {
    label: 'Concurrency',
    kind: 'count',
    suffix: 'loads',
    hint: 'At once, from one node',
  },
  'origin.maxQueue': {
    label: 'Queue',
    kind: 'count',
    suffix: 'loads',
    hint: 'May wait for a slot; one more is refused',
  },
  'origin.ratePerSecond': {
    label: 'Rate limit',
    kind: 'count',
    suffix: 'per second',
    hint: 'Of one node to this origin',
  },
  'origin.breakerFailures': {
    label: 'Breaker opens after',
    kind: 'count',
    suffix: 'failures',
    hint: 'In a row; then the origin is left alone',
  },
  'origin.breakerOpenMs': { label: 'Breaker stays open', kind: 'duration', hint: 'Then one load tries again' },
  'origin.batch.maxKeys': { label: 'Keys in a batch', kind: 'count', suffix: 'keys', hint: 'At most, in one request' },
} as const satisfies Record<string, QuantityField>

export type QuantityPath = keyof typeof quantityFields

/** Names of the other fields, for messages and for the list of differences. */
const otherLabels: Record<string, string> = {
  name: 'Name',
  whenDegraded: 'When a node lost touch',
  origin: 'Origin',
  'origin.kind': 'Kind of origin',
  'origin.url': 'URL template',
  'origin.headers': 'Headers',
  'origin.batch': 'Batch form',
  'origin.batch.url': 'Batch URL',
}

export const isQuantityPath = (path: string): path is QuantityPath => path in quantityFields

export const labelOf = (path: string): string =>
  (isQuantityPath(path) ? quantityFields[path].label : otherLabels[path]) ?? path
