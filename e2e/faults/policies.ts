/** Far beyond the test: nothing expires by itself. */
const LONG_MS = 3_600_000
/** Every read finds it expired. */
const SHORT_MS = 200

/** The namespaces under load, each with a policy that answers a fault in its own way. */
export function policiesFor(sourceUrl: string): Record<string, object> {
  const from = (kind: string) => ({
    url: `${sourceUrl}/${kind}/{rest}`,
    // A busy machine must not pass for a slow origin.
    softTimeoutMs: 1_500,
    attemptTimeoutMs: 500,
    deadlineMs: 1_500,
    retries: 1,
    breakerFailures: 5,
    breakerOpenMs: 1_000,
  })
  const values = { jitterRatio: 0, origin: from('values') }
  return {
    hot: { ...values, ttlMs: LONG_MS },
    written: { ttlMs: LONG_MS, origin: null },
    absent: { negativeTtlMs: LONG_MS, origin: from('absent') },
    bypass: { ...values, ttlMs: LONG_MS, whenDegraded: 'bypass' },
    refuse: { ...values, ttlMs: LONG_MS, whenDegraded: 'refuse' },
    // Past its TTL only a failing origin excuses a value; then for long.
    brief: { ...values, ttlMs: SHORT_MS, swrMs: 0, sieMs: LONG_MS },
    // Past its TTL it is served at once while one refresh runs.
    rolling: { ...values, ttlMs: SHORT_MS, swrMs: LONG_MS, sieMs: LONG_MS },
    // Past its TTL nothing excuses it.
    strict: { ...values, ttlMs: SHORT_MS, swrMs: 0, sieMs: 0 },
    fact: { ttlMs: LONG_MS, origin: from('rows') },
  }
}
