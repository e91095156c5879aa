import { describe, expect, it } from 'vitest'
import { badStatus, brokenConnection } from './attempt-failure.ts'

const nowMs = Date.parse('Tue, 04 Nov 2025 10:00:00 GMT')

describe('badStatus', () => {
  it.each([
    [429, 'neutral', true],
    [502, 'failure', true],
    [503, 'failure', true],
    [504, 'failure', true],
    [500, 'failure', false],
    [501, 'failure', false],
    [400, 'success', false],
    [302, 'success', false],
  ] as const)('%i counts as %s, worth another attempt: %s', (status, outcome, retryable) => {
    expect(badStatus(status, undefined, nowMs).traits).toEqual({ outcome, retryable, retryAfterMs: null })
  })

  it.each([
    ['3', 3_000],
    ['0', 0],
    ['Tue, 04 Nov 2025 10:00:02 GMT', 2_000],
    ['Tue, 04 Nov 2025 09:00:00 GMT', 0],
    ['soon', null],
    ['-3', null],
    ['', null],
  ])('reads Retry-After: %s as %s ms', (value, retryAfterMs) => {
    expect(badStatus(503, value, nowMs).traits.retryAfterMs).toBe(retryAfterMs)
  })

  it('does not heed Retry-After where another attempt is of no use', () => {
    expect(badStatus(500, '3', nowMs).traits.retryAfterMs).toBeNull()
  })
})

describe('brokenConnection', () => {
  it('tells the code and keeps the rest for the log', () => {
    const cause = Object.assign(new Error('connect ECONNREFUSED 10.1.2.3:80'), { code: 'ECONNREFUSED' })
    const { error } = brokenConnection(cause)
    expect(error.message).toBe('The origin could not be read (ECONNREFUSED)')
    expect(error.cause).toBe(cause)
  })

  it.each([undefined, 'text', new Error('no code')])('copes with %s', (cause) => {
    expect(brokenConnection(cause).error.message).toBe('The origin could not be read')
  })
})
