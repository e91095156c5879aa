import type { IncomingMessage, ServerResponse } from 'node:http'
import { systemClock } from '@freshet/core/clock'
import { encodeEntry } from '@freshet/core/entries/entry-codec'
import { AppError } from '@freshet/core/errors/app-error'
import { toProblem } from '@freshet/core/errors/problem'
import { answer } from '@freshet/core/tiers/read-result'
import { buildConnector } from 'undici'
import { describe, expect, it, onTestFinished } from 'vitest'
import { readBinaryMget } from '../http/batch/read-binary-request.ts'
import { recordFields } from './answer-format.ts'
import { BATCH_MEDIA_TYPE } from './batch/batch-layout.ts'
import { writeBatchReply } from './batch/write-batch-reply.ts'
import { HttpPeers } from './http-peers.ts'
import type { PeerAddress } from './peer-directory.ts'
import { GENERATION, sampleEntry } from './testing/sample-entry.ts'
import { startStubNode } from './testing/stub-node.ts'

const POSITION = { generation: GENERATION, epoch: 7 }
const self: PeerAddress = { id: 'self', incarnation: 's', url: 'http://127.0.0.1:1' }
const nowhere = (id: string): PeerAddress => ({ id, incarnation: id, url: 'http://127.0.0.1:1' })

/** Peers of the node `self`, to whom every key's nodes are those given, in that order. */
function peersAmong(...given: PeerAddress[]) {
  let nodes = given
  let changed = () => {}
  const counters = { asked: 0, answered: 0, unavailable: 0, refused: 0 }
  const peers = new HttpPeers({
    directory: {
      selfId: 'self',
      owns: () => nodes[0]?.id === 'self',
      preferenceOf: (_key, count) => nodes.slice(0, count),
      find: (id) => nodes.find((node) => node.id === id),
      onChange: (listener) => {
        changed = listener
      },
    },
    clock: systemClock,
    internalToken: 'fi_token',
    connect: buildConnector({}),
    maxConnections: 8,
    silenceMs: 120,
    maxValueBytes: 1_000,
    maxBatchBytes: 1_000,
    loadLimitMs: () => 500,
    counters,
    onLost: () => {},
  })
  onTestFinished(() => peers.destroy())
  const become = (...now: PeerAddress[]) => {
    nodes = now
    changed()
  }
  return { peers, counters, become }
}

/** A node that has every key, and tells in the value what it was asked with. */
function startHolder(id = 'b') {
  return startStubNode(hold, id)
}

function hold({ url, method, headers }: IncomingMessage, response: ServerResponse): void {
  const value = answer(
    sampleEntry(`${method} ${url} ${headers['freshet-forwarded']} ${headers.authorization}`),
    'l1',
    null,
    null,
  )
  response.writeHead(200, recordFields(value)).end(encodeEntry(value.entry))
}

describe('whom a node asks', () => {
  it('is nobody when it comes first, or is alone', () => {
    expect(peersAmong(self, nowhere('b')).peers.routeOf('k')).toEqual([])
    expect(peersAmong().peers.routeOf('k')).toEqual([])
  })

  it.each([
    [[nowhere('b'), self, nowhere('c')], ['b']],
    [
      [nowhere('b'), nowhere('c'), self],
      ['b', 'c'],
    ],
    [
      [nowhere('b'), nowhere('c'), nowhere('d')],
      ['b', 'c'],
    ],
  ])('is the owner and who takes its place, up to itself: %#', (nodes, route) => {
    expect(peersAmong(...nodes).peers.routeOf('k')).toEqual(route)
  })

  it('is not who did not answer a moment ago', async () => {
    const holder = await startHolder('c')
    const { peers, counters } = peersAmong(nowhere('b'), holder.address)
    await expect(peers.ask('b', 'k', 'normal', POSITION)).rejects.toMatchObject({ code: 'peer_unavailable' })
    expect(peers.routeOf('k')).toEqual(['c'])
    await expect(peers.ask('b', 'k', 'normal', POSITION)).rejects.toMatchObject({ code: 'peer_unavailable' })
    await peers.ask('c', 'k', 'normal', POSITION)
    expect(counters).toEqual({ asked: 4, answered: 1, unavailable: 1, refused: 2 })
  })

  it('is asked again once it came back as another process', async () => {
    const holder = await startHolder('b')
    const { peers, become } = peersAmong(nowhere('b'))
    await expect(peers.ask('b', 'k', 'normal', POSITION)).rejects.toMatchObject({ code: 'peer_unavailable' })
    become(holder.address)
    expect(peers.routeOf('k')).toEqual(['b'])
    expect(await peers.ask('b', 'k', 'normal', POSITION)).toMatchObject({ kind: 'found' })
  })

  it('is nobody who has left', async () => {
    const holder = await startHolder('b')
    const { peers, become } = peersAmong(holder.address)
    await peers.ask('b', 'k', 'normal', POSITION)
    become()
    await expect(peers.ask('b', 'k', 'normal', POSITION)).rejects.toMatchObject({ code: 'peer_unavailable' })
    expect(holder.asked).toHaveLength(1)
  })
})

describe('what a node asks', () => {
  it.each([
    ['users:42', 'normal', '/api/cache/users:42', ''],
    ['a b/ü?%', 'reload', '/api/cache/a%20b%2F%C3%BC%3F%25', ';mode=reload'],
    ["x!$&'()*+,;=@", 'cached-only', "/api/cache/x!$&'()*+,;=@", ';mode=cached-only'],
  ] as const)('names the key %s, what it has applied, whom it means and how', async (key, mode, path, tail) => {
    const holder = await startHolder('b')
    const { peers } = peersAmong(holder.address)
    const got = await peers.ask('b', key, mode, POSITION)
    if (got.kind !== 'found') throw new Error(got.kind)
    expect(got.entry.body.toString()).toBe(`GET ${path} ${GENERATION}.7;to=b${tail} Bearer fi_token`)
    expect(got.source).toBe('l1')
  })

  it('and what the owner says of the key is what it says', async () => {
    const failing = await startStubNode((_, response) => {
      const problem = toProblem(new AppError('origin_failed', 'The origin answered 500'))
      response.writeHead(502, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem))
    }, 'b')
    const { peers, counters } = peersAmong(failing.address)
    await expect(peers.ask('b', 'k', 'normal', POSITION)).rejects.toMatchObject({ code: 'origin_failed' })
    expect(counters).toMatchObject({ asked: 1, answered: 1, unavailable: 0 })
  })
})

describe('many keys', () => {
  it('are asked for in as many requests as their values need', async () => {
    const node = await startStubNode(async (request, response) => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk)
      const { keys } = readBinaryMget(Buffer.concat(chunks))
      const values = keys.map((key) => answer(sampleEntry(key.padEnd(400, '.')), 'l1', null, null))
      response.writeHead(200, { 'content-type': BATCH_MEDIA_TYPE }).end(writeBatchReply(values, 1_000))
    }, 'b')
    const { peers, counters } = peersAmong(node.address)
    const keys = Array.from({ length: 7 }, (_, i) => `k:${i}`)
    const answers = await peers.askMany('b', keys, POSITION)
    expect(
      answers.map((got) => !(got instanceof AppError) && got.kind === 'found' && got.entry.body.toString().slice(0, 3)),
    ).toEqual(keys)
    expect(node.asked).toEqual(Array(4).fill('/api/peers/mget'))
    expect(counters).toMatchObject({ asked: 7, answered: 7 })
  })

  it('are no endless story with a node that answers for none', async () => {
    const node = await startStubNode((_, response) => {
      response.writeHead(200, { 'content-type': BATCH_MEDIA_TYPE }).end(Buffer.from([3, 0, 0, 0, 0, 0, 0, 0]))
    }, 'b')
    const { peers } = peersAmong(node.address)
    await expect(peers.askMany('b', ['k'], POSITION)).rejects.toMatchObject({ code: 'peer_unavailable' })
    expect(node.asked).toHaveLength(1)
  })
})
