import type { IncomingMessage, ServerResponse } from 'node:http'
import { systemClock } from '@freshet/core/clock'
import { AppError } from '@freshet/core/errors/app-error'
import { toProblem } from '@freshet/core/errors/problem'
import { createCacheWorld } from '@freshet/core/testing/cache-world'
import { buildConnector } from 'undici'
import { describe, expect, it, onTestFinished } from 'vitest'
import { EpochWaiters } from '../epoch-waiters.ts'
import { encodeRecordHead, recordFields } from './answer-format.ts'
import { parseForwarded } from './forwarded-header.ts'
import { ForwardedReads } from './forwarded-reads.ts'
import { HttpPeers } from './http-peers.ts'
import type { PeerAddress } from './peer-directory.ts'
import { startStubNode } from './testing/stub-node.ts'

const KEY = 'k'

/**
 * Nodes that speak to each other over HTTP, follow one log and load from one origin, each with an opinion of its own about
 * who comes first for the key: `opinions.a` is a's.
 */
async function startNodes<Name extends string>(opinions: Record<Name, Name[]>) {
  const names = Object.keys(opinions) as Name[]
  const addresses = new Map<string, PeerAddress>()
  const first = createCacheWorld({ ttlMs: 60_000 })
  const { clock, log, l2, origin } = first
  const nodes = new Map<Name, ReturnType<typeof createCacheWorld>>()
  const hops: string[] = []
  for (const name of names) {
    const preference = opinions[name]
    const peers = new HttpPeers({
      directory: {
        selfId: name,
        owns: () => preference[0] === name,
        preferenceOf: (_key, count) => preference.slice(0, count).flatMap((id) => addresses.get(id) ?? []),
        find: (id) => addresses.get(id),
        onChange: () => {},
      },
      clock: systemClock,
      internalToken: 'fi_token',
      connect: buildConnector({}),
      maxConnections: 64,
      silenceMs: 400,
      maxValueBytes: 1_000,
      maxBatchBytes: 1_000,
      loadLimitMs: () => 1_000,
      counters: { asked: 0, answered: 0, unavailable: 0, refused: 0 },
      onLost: () => {},
    })
    onTestFinished(() => peers.destroy())
    const node = createCacheWorld({ ttlMs: 60_000 }, { clock, log, l2, origin }, { peers })
    nodes.set(name, node)
    const { cache, follower } = node
    const epochs = new EpochWaiters(() => follower.version())
    const reads = new ForwardedReads({
      nodeId: name,
      cache,
      follower,
      epochs,
      instant: clock.instant,
      counters: { served: 0 },
    })
    const answer = async ({ headers }: IncomingMessage, response: ServerResponse) => {
      const forwarded = parseForwarded(String(headers['freshet-forwarded']))
      if (forwarded === null) throw new Error('not a read that was passed on')
      hops.push(name)
      try {
        const result = await reads.read(KEY, forwarded)
        if (result.kind === 'miss') throw new AppError('miss', 'no')
        response
          .writeHead(200, recordFields(result))
          .end(Buffer.concat([encodeRecordHead(result.entry), result.entry.body]))
      } catch (error) {
        const problem = toProblem(error)
        response.writeHead(problem.status, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem))
      }
    }
    addresses.set(name, (await startStubNode(answer, name)).address)
  }
  const read = async (name: Name): Promise<string> => {
    const result = await nodes.get(name)?.cache.read(KEY)
    return result?.kind === 'found' ? result.entry.body.toString() : `${result?.kind}`
  }
  const syncAll = () => {
    for (const node of nodes.values()) node.sync()
  }
  return { names, log, origin, hops, read, syncAll, nodes, addresses }
}

describe('nodes that disagree who owns a key', () => {
  it('load it once each at most, and pass no read on twice', async () => {
    const { names, origin, hops, read } = await startNodes({
      a: ['b', 'a', 'c'],
      b: ['a', 'b', 'c'],
      c: ['a', 'b', 'c'],
    })
    origin.rows.set(KEY, 'v1')
    const reads = Array.from({ length: 300 }, (_, i) => read(names[i % 3] ?? 'a'))
    expect(new Set(await Promise.all(reads))).toEqual(new Set(['v1']))
    expect(origin.calls.length).toBeLessThanOrEqual(2)
    // One request from each asking node, and none of them made another.
    expect(hops).toHaveLength(3)
  })

  it('are never wrong after an invalidation', async () => {
    const { names, log, origin, read, syncAll } = await startNodes({ a: ['b', 'a'], b: ['a', 'b'] })
    for (let round = 1; round <= 20; round++) {
      origin.rows.set(KEY, `v${round}`)
      await log.append({ kind: 'keys', keys: [KEY] })
      syncAll()
      const values = await Promise.all(names.concat(names).map(read))
      expect(new Set(values)).toEqual(new Set([`v${round}`]))
    }
  })

  it('answer also when one takes itself for somebody else', async () => {
    const { origin, hops, read, addresses } = await startNodes({ a: ['b', 'a'], b: ['a', 'b'] })
    origin.rows.set(KEY, 'v1')
    const self = addresses.get('a')
    if (self === undefined) throw new Error('a was started')
    // What is announced as b leads back to a: a balancer's address, given to every node.
    addresses.set('b', { ...self, id: 'b' })
    expect(await read('a')).toBe('v1')
    expect(hops).toEqual(['a'])
    expect(origin.calls).toEqual([[KEY]])
  })
})
