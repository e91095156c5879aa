import { principalOf } from '@freshet/core/access/permissions'
import { AppError } from '@freshet/core/errors/app-error'
import { beforeEach, describe, expect, it } from 'vitest'
import { shieldVerifier } from './shield-verifier.ts'

const good = { principal: principalOf({ kind: 'token', id: 's', name: 's' }, ['read'], '*'), endsAtMs: 1e12 }

let nowMs: number
let calls: string[]
let answer: (token: string) => Promise<typeof good>

beforeEach(() => {
  nowMs = 1_000_000
  calls = []
  answer = async () => {
    throw new AppError('unauthenticated', 'no')
  }
})

const make = () =>
  shieldVerifier(
    (token) => {
      calls.push(token)
      return answer(token)
    },
    () => nowMs,
  )

describe('shielded verifier', () => {
  it('refuses a token that failed without another try, for a while', async () => {
    const verify = make()
    for (let i = 0; i < 3; i++) await expect(verify('bad')).rejects.toMatchObject({ code: 'unauthenticated' })
    expect(calls).toHaveLength(1)
    nowMs += 5_000
    await expect(verify('bad')).rejects.toMatchObject({ code: 'unauthenticated' })
    expect(calls).toHaveLength(2)
  })

  it('verifies a token once when many ask at the same time', async () => {
    answer = async () => good
    const verify = make()
    const results = await Promise.all([verify('good'), verify('good'), verify('good')])
    expect(results).toEqual([good, good, good])
    expect(calls).toHaveLength(1)
  })

  it('does not remember that the issuer was away', async () => {
    answer = async () => {
      throw new AppError('issuer_unavailable', 'away')
    }
    const verify = make()
    for (let i = 0; i < 600; i++) await expect(verify('t')).rejects.toMatchObject({ code: 'issuer_unavailable' })
    answer = async () => good
    expect(await verify('t')).toBe(good)
  })

  it('stops verifying strangers when too many different tokens fail, and goes on a moment later', async () => {
    const verify = make()
    for (let i = 0; i < 500; i++) await verify(`bad ${i}`).catch(() => undefined)
    answer = async () => good
    await expect(verify('unknown')).rejects.toMatchObject({ code: 'rate_limited', facts: { retryAfterMs: 1_000 } })
    expect(calls).toHaveLength(500)
    nowMs += 1_000
    expect(await verify('unknown')).toBe(good)
  })
})
