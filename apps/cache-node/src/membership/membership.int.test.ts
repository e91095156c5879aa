import { systemClock } from '@freshet/core/clock'
import { redisKeys } from '@freshet/core/keys/redis-keys'
import { announcementOf } from '@freshet/core/testing/announcement'
import { createNodeRegistry } from '@freshet/redis/node-registry'
import { onNodesDoorbell } from '@freshet/redis/nodes-doorbell'
import { startRedis } from '@freshet/testing/redis'
import { Redis } from 'ioredis'
import { expect, it, onTestFinished } from 'vitest'
import { Membership } from './membership.ts'

const keys = Array.from({ length: 300 }, (_, i) => `users:${i}`)

/** Nodes without anything but their membership, each with connections of its own. */
async function setUp(...ids: string[]) {
  const server = await startRedis()
  const probe = new Redis(server.url)
  const connections: Redis[] = [probe]
  const members: Membership[] = []
  const muted = new Map<string, Promise<void>>()
  onTestFinished(async () => {
    for (const member of members) await member.leave()
    for (const connection of connections) connection.disconnect()
    await server.stop()
  })
  const start = (id: string, facts: { zone?: string; weight?: number } = {}) => {
    const [redis, doorbell] = [0, 1].map(() => new Redis(server.url, { retryStrategy: () => 50 })) as [Redis, Redis]
    for (const connection of [redis, doorbell]) connection.on('error', () => {})
    connections.push(redis, doorbell)
    const registry = createNodeRegistry(redis)
    const member = new Membership({
      registry: {
        ...registry,
        announce: async (announcement) => {
          const change = await registry.announce(announcement)
          await muted.get(id)
          return change
        },
      },
      onDoorbell: (ring) => onNodesDoorbell(doorbell, ring),
      describe: () => announcementOf(id, facts),
      takesPart: true,
      clock: systemClock,
      onError: () => {},
    })
    members.push(member)
    member.start()
    return { member, redis, doorbell }
  }
  const nodes = ids.map((id) => start(id))
  /** From now on these nodes do not learn from the answers to their announcements. */
  const mute = (...those: string[]) => {
    let release = () => {}
    const released = new Promise<void>((resolve) => {
      release = resolve
    })
    for (const id of those) muted.set(id, released)
    return release
  }
  const agree = (...those: Membership[]) =>
    expect
      .poll(() => new Set(those.map(({ topology, ring }) => `${topology?.version} ${ring.size}`)))
      .toEqual(new Set([expect.stringMatching(new RegExp(`^[0-9a-f]{16} ${those.length}$`))]))
  await agree(...nodes.map(({ member }) => member))
  return { server, probe, start, nodes, mute, agree }
}

/** Each key's owners: those who take it for theirs. */
const ownersOf = (members: Membership[]) =>
  keys.map((key) => members.filter((member) => member.owns(key)).map(({ selfId }) => selfId))

it('agrees on one owner for every key', async () => {
  const { nodes } = await setUp('a', 'b', 'c')
  const members = nodes.map(({ member }) => member)
  for (const owners of ownersOf(members)) expect(owners).toHaveLength(1)
  for (const key of keys.slice(0, 20))
    expect(
      new Set(
        members.map((member) =>
          member
            .preferenceOf(key, 3)
            .map(({ id }) => id)
            .join(),
        ),
      ).size,
    ).toBe(1)
})

it('hears of a drain, of its end and of a leave by the doorbell alone', async () => {
  const { nodes, mute } = await setUp('a', 'b', 'c')
  const [a, b, c] = nodes.map(({ member }) => member) as [Membership, Membership, Membership]
  for (const { doorbell } of nodes) await expect.poll(() => doorbell.status).toBe('ready')
  const release = mute('a', 'c')
  await b.drain()
  await expect.poll(() => [a.ring.size, c.ring.size]).toEqual([2, 2])
  await b.undrain()
  await expect.poll(() => [a.ring.size, c.ring.size]).toEqual([3, 3])
  await b.leave()
  await expect.poll(() => [a, c].map(({ topology }) => topology?.nodes.length)).toEqual([2, 2])
  release()
})

it('hears of everything by announcements when doorbells get lost', async () => {
  const { nodes, start, agree } = await setUp('a', 'b')
  for (const { doorbell } of nodes) {
    await expect.poll(() => doorbell.status).toBe('ready')
    await doorbell.unsubscribe()
  }
  const c = start('c')
  await agree(...nodes.map(({ member }) => member), c.member)
})

it('drops a node that crashed when it has been silent for long, and moves nothing but its keys', async () => {
  const { nodes, probe, agree } = await setUp('a', 'b', 'c')
  const members = nodes.map(({ member }) => member) as [Membership, Membership, Membership]
  const before = ownersOf(members).map(([owner]) => owner)
  nodes[1]?.redis.disconnect()
  nodes[1]?.doorbell.disconnect()
  await probe.zincrby(redisKeys.nodesSeen, -6_000, 'b')
  const left = [members[0], members[2]]
  await agree(...left)
  for (const [i, [owner]] of ownersOf(left).entries()) expect(owner).toBe(before[i] === 'b' ? owner : before[i])
})

it('drops nobody when the server was gone for longer than a node may be silent', { timeout: 40_000 }, async () => {
  const { server, nodes } = await setUp('a', 'b', 'c')
  const sizes = new Set<number>()
  for (const { member } of nodes) member.onChange(() => sizes.add(member.ring.size))
  server.kill('SIGSTOP')
  await new Promise((resolve) => setTimeout(resolve, 7_500))
  server.kill('SIGCONT')
  await new Promise((resolve) => setTimeout(resolve, 3_000))
  expect([[...sizes], nodes.map(({ member }) => member.ring.size)]).toEqual([[], [3, 3, 3]])
})

it('comes together again on a server that lost everything', async () => {
  const { nodes, probe, agree } = await setUp('a', 'b', 'c')
  await probe.flushall()
  await agree(...nodes.map(({ member }) => member))
  await expect.poll(() => probe.hlen(redisKeys.nodes)).toBe(3)
})
