import { describe, expect, it } from 'vitest'
import { type Breaker, createBreaker, type Outcome } from './breaker.ts'

const make = () => createBreaker({ failuresToOpen: 3, openMs: 100 })

function call(breaker: Breaker, outcome: Outcome, nowMs: number): boolean {
  const settle = breaker.enter(nowMs)
  settle?.(outcome, nowMs)
  return settle !== null
}

function opened(): Breaker {
  const breaker = make()
  for (let i = 0; i < 3; i++) call(breaker, 'failure', 0)
  return breaker
}

describe('breaker', () => {
  it('opens after the given number of failures in a row', () => {
    const breaker = make()
    call(breaker, 'failure', 0)
    call(breaker, 'failure', 0)
    expect(breaker.state(0)).toBe('closed')
    call(breaker, 'failure', 0)
    expect(breaker.state(0)).toBe('open')
    expect(breaker.enter(99)).toBeNull()
    expect(breaker.retryAfterMs(40)).toBe(60)
  })

  it('starts counting again after a success, and does not count neutral ends', () => {
    const breaker = make()
    for (const outcome of ['failure', 'failure', 'success', 'failure', 'neutral', 'failure'] as const)
      call(breaker, outcome, 0)
    expect(breaker.state(0)).toBe('closed')
    call(breaker, 'failure', 0)
    expect(breaker.state(0)).toBe('open')
  })

  it('lets one probe through after openMs and refuses its company', () => {
    const breaker = opened()
    expect(breaker.state(100)).toBe('half_open')
    const probe = breaker.enter(100)
    expect(probe).not.toBeNull()
    expect(breaker.enter(100)).toBeNull()
    probe?.('success', 110)
    expect(breaker.state(110)).toBe('closed')
    expect(call(breaker, 'failure', 110)).toBe(true)
    expect(breaker.state(110)).toBe('closed')
  })

  it('opens anew for a full openMs when the probe fails', () => {
    const breaker = opened()
    breaker.enter(100)?.('failure', 150)
    expect(breaker.state(249)).toBe('open')
    expect(breaker.enter(249)).toBeNull()
    expect(breaker.enter(250)).not.toBeNull()
  })

  it('learns nothing from a cancelled probe: the next call probes', () => {
    const breaker = opened()
    breaker.enter(100)?.('neutral', 105)
    expect(breaker.state(105)).toBe('half_open')
    const next = breaker.enter(105)
    expect(next).not.toBeNull()
    next?.('failure', 106)
    expect(breaker.state(110)).toBe('open')
  })

  it('ignores the late end of a call that began before it opened', () => {
    const breaker = make()
    const late = [breaker.enter(0), breaker.enter(0)]
    for (let i = 0; i < 3; i++) call(breaker, 'failure', 0)
    late[0]?.('success', 50)
    expect(breaker.state(50)).toBe('open')
    late[1]?.('failure', 60)
    expect(breaker.retryAfterMs(60)).toBe(40)
  })
})
