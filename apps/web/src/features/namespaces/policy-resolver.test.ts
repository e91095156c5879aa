import { NamespacePolicy } from '@freshet/core/policy/namespace-policy'
import { expect, test } from 'vitest'
import { explainIssue } from './policy-resolver'

function messageFor(change: object): string | undefined {
  const result = NamespacePolicy.safeParse({ name: 'users', ...change })
  return result.error?.issues.map(explainIssue)[0]
}

const url = 'http://origin.test/{1}'

test.each([
  [{ ttlMs: 0 }, 'At least 1 ms'],
  [{ ttlMs: 366 * 86_400_000 }, 'At most 365 d'],
  [{ ttlMs: Number.NaN }, 'A number'],
  [{ ttlMs: 1.5 }, 'A whole number'],
  [{ jitterRatio: 0.6 }, 'At most 50 %'],
  [{ maxValueBytes: 65 * 1_048_576 }, 'At most 64 MiB'],
  [{ name: '' }, 'This may not be empty'],
  [{ origin: { url, retries: 6 } }, 'At most 5'],
  [{ origin: { url, deadlineMs: 121_000 } }, 'At most 2 min'],
  [{ origin: { url: 'http://{1}/x' } }, 'A placeholder may not stand in the host: a key would choose where we connect'],
])('%j is refused in the units of its field: %s', (change, message) => {
  expect(messageFor(change)).toBe(message)
})
