import { describe, expect, test } from 'vitest'
import { readRequests } from './read-requests.ts'
import { replay } from './replay.ts'

describe('drawn requests over ten nodes', { timeout: 30_000 }, async () => {
  const { keys } = await readRequests(null)
  const requests = keys.slice(0, 200_000)
  const one = replay(requests, 1, 1_000, 'by the ring')
  const many = (routing: Parameters<typeof replay>[3]) => replay(requests, 10, 1_000, routing)

  test('one node passes nothing on, and has the same hits whoever routes', () => {
    expect(one.forwarded).toBe(0)
    expect(replay(requests, 1, 1_000, 'alone').hits).toBe(one.hits)
  })

  test('with the ring ten nodes hold more than one; each for itself they hit less', () => {
    expect(many('by the ring').hits).toBeGreaterThan(one.hits + 0.1)
    expect(many('alone').hits).toBeLessThan(one.hits)
  })

  test('who routes by the ring is never passed on; behind a load balancer most requests that miss in memory are', () => {
    expect(many('by the ring').forwarded).toBe(0)
    const { forwarded, hits } = many('any node')
    expect(forwarded).toBeGreaterThan(0.5)
    expect(forwarded).toBeLessThanOrEqual(0.91)
    expect(hits).toBeGreaterThan(one.hits + 0.1)
  })
})
