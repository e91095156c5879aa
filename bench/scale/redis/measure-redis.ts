import net from 'node:net'
import { redisKeys } from '@freshet/core/keys/redis-keys'
import { RedisInvalidationLog } from '@freshet/redis/invalidation-log'
import { Undo } from '@freshet/testing/undo'
import type { Redis } from 'ioredis'
import { type Cost, MeasuredServer } from './measured-server.ts'
import { lineThrough, type RedisCosts } from './redis-costs.ts'

const FEW = 10
const MANY = 1_000
/** Connections that poll, one command of each on its way: as nodes do, so that nothing is pipelined. */
const LANES = 32
const PAGE = 1_000
const POLLS = 10_000
const FULL_POLLS = 100
const APPENDS = 1_000
const LOOKS = 300

interface Measured {
  poll: Cost
  full: Cost
  append: Cost
  look: Cost
}

/** Measures the real scripts on a real Redis with few members and with many. */
export async function measureRedis(): Promise<RedisCosts> {
  const few = await measureWith(FEW)
  const many = await measureWith(MANY)
  const line = (pick: (measured: Measured) => number) => lineThrough([FEW, pick(few)], [MANY, pick(many)])
  return {
    pollUs: many.poll.serverUs,
    pollNodeUs: many.poll.ownUs,
    pollBytes: many.poll.bytesOut,
    recordUs: (many.full.serverUs - many.poll.serverUs) / PAGE,
    recordBytes: (many.full.bytesOut - many.poll.bytesOut) / PAGE,
    appendUs: line(({ append }) => append.serverUs).base,
    doorbellUs: line(({ append }) => append.serverUs).each,
    doorbellBytes: line(({ append }) => append.bytesOut).each,
    members: line(({ look }) => look.serverUs),
    membersBytes: line(({ look }) => look.bytesOut),
    membersNodeUs: line(({ look }) => look.ownUs),
  }
}

async function measureWith(members: number): Promise<Measured> {
  const undo = new Undo()
  try {
    const server = await MeasuredServer.start(undo)
    const lanes = await Promise.all(Array.from({ length: LANES }, () => server.connect(undo)))
    const logs = Array.from({ length: members }, (_, i) => logOf(`node-${i}`, server.admin, lanes[i % LANES]))
    const [first] = logs
    if (first === undefined) throw new RangeError('a log has at least one member')
    const append = async (count: number) => {
      for (let i = 0; i < count; i++) await first.append({ kind: 'keys', keys: [`catalogue:item:${i}`] })
    }
    await append(PAGE)
    const { generation, tail } = await first.poll(null, 0)
    const pollAll = (applied: number) => (count: number) =>
      Promise.all(
        lanes.map(async (_, lane) => {
          for (let i = 0; i < count / LANES; i++) await logs[(lane + i * LANES) % members]?.poll(generation, applied)
        }),
      )
    await Promise.all(logs.map((log) => log.poll(generation, tail)))
    const poll = await server.costOf(POLLS, pollAll(tail))
    const full = await server.costOf(FULL_POLLS, pollAll(0))
    const look = await server.costOf(LOOKS, async (count) => {
      for (let i = 0; i < count; i++) await first.members()
    })
    await Promise.all(logs.map(() => listen(server.url, undo)))
    return { poll, full, look, append: await server.costOf(APPENDS, append) }
  } finally {
    await undo.all()
  }
}

function logOf(nodeId: string, admin: Redis, poll: Redis = admin): RedisInvalidationLog {
  return new RedisInvalidationLog({
    append: admin,
    poll,
    doorbell: admin,
    nodeId,
    incarnation: '0123456789ab',
    leaseMs: 2_000,
    maxRecords: 1_000_000,
    pageSize: PAGE,
  })
}

/** Somebody whom each append's doorbell wakes. A bare socket: what it hears must not cost this process much. */
async function listen(url: string, undo: Undo): Promise<void> {
  const socket = net.connect(Number(new URL(url).port), '127.0.0.1')
  undo.add(socket, async () => socket.destroy())
  socket.write(`SUBSCRIBE ${redisKeys.logStream}\r\n`)
  await new Promise((resolve, reject) => socket.once('data', resolve).once('error', reject))
  socket.resume()
}
