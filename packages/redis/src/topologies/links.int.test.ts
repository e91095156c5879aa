import { copyFileSync } from 'node:fs'
import path from 'node:path'
import { startRedis } from '@freshet/testing/redis'
import { startRedisCluster } from '@freshet/testing/redis-cluster'
import { documentedUser } from '@freshet/testing/redis-documented-users'
import { startGuardedRedis } from '@freshet/testing/redis-guarded'
import { startRedisProcess, topologyPorts } from '@freshet/testing/redis-process'
import { EVERY_TOPOLOGY } from '@freshet/testing/redis-topologies'
import { scratchFolder } from '@freshet/testing/scratch-folder'
import { startSentinels } from '@freshet/testing/sentinels'
import { expect, onTestFinished, test } from 'vitest'
import { connectRedis, connectRouted } from '../connection.ts'
import { L2Sweep } from '../l2-sweep.ts'
import { RedisTier } from '../l2-tier.ts'
import { entryOf, NOW_MS } from '../testing/l2-world.ts'
import { keys } from '../testing/log-world.ts'
import { TopologyLinks } from '../testing/topology-links.ts'
import { untilReady } from '../until-ready.ts'

function linksTo(url: string): TopologyLinks {
  const links = new TopologyLinks(url)
  onTestFinished(() => links.close())
  return links
}

async function guarded(options: Parameters<typeof startGuardedRedis>[0] = {}) {
  const started = await startGuardedRedis(options)
  onTestFinished(() => started.stop())
  return {
    ...started,
    urlOf: (query: Record<string, string>) => `rediss://${started.host}:${started.port}?${new URLSearchParams(query)}`,
  }
}

/** What a connection that cannot be made complains of first. */
async function complaintOf(url: string): Promise<string> {
  return new Promise((resolve) => {
    const redis = connectRedis({ url, name: 'test', stallMs: 0, onError: ({ message }) => resolve(message) })
    onTestFinished(() => redis.disconnect())
    redis.once('ready', () => resolve('ready'))
  })
}

test.each(EVERY_TOPOLOGY)('on %s a connection is known by its name', async (_, start) => {
  const topology = await start()
  onTestFinished(() => topology.stop())
  const links = linksTo(topology.url)
  await Promise.all([links.one('node-1/poll'), links.routed('node-1/l2')])
  const names = (await topology.administer((redis) => redis.client('LIST'))).join('')
  expect(names).toContain(' name=node-1/poll ')
  expect(names).toContain(' name=node-1/l2 ')
})

test('a certificate of an unknown authority is refused, one for another name too, and any is taken if told so', async () => {
  const { urlOf, files } = await guarded()
  expect(await complaintOf(urlOf({}))).toMatch(/unable to verify|self.signed/i)
  expect(await complaintOf(urlOf({ ca: files.ca, servername: 'other.test' }))).toMatch(/altnames/i)
  expect(await complaintOf(urlOf({ ca: files.ca, servername: 'redis.test' }))).toBe('ready')
  expect(await complaintOf(urlOf({ rejectUnauthorized: 'false' }))).toBe('ready')
})

test('a server that wants a certificate of ours gets it', async () => {
  const { urlOf, files } = await guarded({ clientCertificates: true })
  expect(await complaintOf(urlOf({ ca: files.ca }))).toMatch(/certificate required|closed|ECONNRESET|alert/i)
  expect(await complaintOf(urlOf({ ca: files.ca, cert: files.clientCert, key: files.clientKey }))).toBe('ready')
})

test('a file that is renewed counts from the next connection on, and one that is missing is told at once', async () => {
  const { urlOf, files } = await guarded()
  const { folder, remove } = scratchFolder('renewed')
  onTestFinished(remove)
  const ca = path.join(folder, 'ca.crt')
  expect(() => connectRedis({ url: urlOf({ ca }), name: 'test', stallMs: 0, onError() {} })).toThrow(/ENOENT.*ca\.crt/)
  copyFileSync(files.clientCert, ca)
  const redis = connectRedis({ url: urlOf({ ca }), name: 'test', stallMs: 0, onError() {} })
  onTestFinished(() => redis.disconnect())
  await expect(untilReady(redis, 300)).rejects.toThrow(/could not be made yet/)
  copyFileSync(files.ca, ca)
  await untilReady(redis, 10_000)
})

test('a user of L2 alone fills, walks and sweeps it, and sees nothing of the log', async () => {
  const { host, port, files, server } = await guarded({ users: [documentedUser(1)] })
  const links = linksTo(`rediss://freshet-l2:password@${host}:${port}?ca=${files.ca}`)
  const redis = await links.routed('l2')
  const tier = new RedisTier(redis, 1_000_000)
  await tier.put('k', entryOf(7), { compressAboveBytes: 0, nowMs: NOW_MS })
  expect((await tier.getMany(['k', 'none'])).map(({ state }) => state)).toEqual(['hit', 'miss'])
  const sweep = new L2Sweep(redis, 100)
  const { entries } = await sweep.readPage(null)
  await sweep.apply(entries.map((held) => ({ held, action: { act: 'remove' } })))
  expect(await sweep.countEntries()).toBe(0)
  expect(await server.ask((admin) => admin.call('ACL', 'LOG'))).toEqual([])
  const log = await links.log('node-1')
  await expect(log.append(keys('a'))).rejects.toMatchObject({ code: 'log_unavailable' })
})

test('sentinels may have users of their own, be down, or say nothing: one that answers is enough', async () => {
  const topology = await startSentinels({ replicas: 1, sentinelUser: documentedUser(2) })
  onTestFinished(() => topology.stop())
  await topology.sentinels[0]?.ask((redis) => redis.call('ACL', 'SETUSER', 'default', 'off'))
  topology.sentinels[1]?.kill('SIGKILL')
  topology.sentinels[2]?.kill('SIGSTOP')
  const log = await linksTo(topology.url).log('node-1')
  expect(await log.append(keys('a'))).toMatchObject({ epoch: 1 })
})

test.each([
  ['Sentinel', () => startSentinels({ tls: true })],
  ['Cluster', () => startRedisCluster({ tls: true })],
] as const)('%s over TLS', async (_, start) => {
  const topology = await start()
  onTestFinished(() => topology.stop())
  expect(topology.url).toMatch(/^rediss\+/)
  const links = linksTo(topology.url)
  const [log, redis] = await Promise.all([links.log('node-1'), links.routed('l2')])
  expect(await log.append(keys('a'))).toMatchObject({ epoch: 1 })
  await Promise.all(['a', 'b', 'c'].map((key) => redis.set(key, key)))
  expect(await Promise.all(['a', 'b', 'c'].map((key) => redis.get(key)))).toEqual(['a', 'b', 'c'])
  const strangers = connectRedis({ url: topology.url.replace(/\?.*/, ''), name: 'test', stallMs: 0, onError() {} })
  onTestFinished(() => strangers.disconnect())
  await expect(untilReady(strangers, 1_000)).rejects.toThrow(/could not be made yet/)
})

test('one member of a Cluster that answers is enough to find the others', async () => {
  const cluster = await startRedisCluster({ replicas: 0 })
  onTestFinished(() => cluster.stop())
  const dead = (await topologyPorts(2)).map((port) => `127.0.0.1:${port}`)
  const links = linksTo(`redis+cluster://${[...dead, `127.0.0.1:${cluster.servers[2]?.port}`].join(',')}`)
  const [log, redis] = await Promise.all([links.log('node-1'), links.routed('l2')])
  expect(await log.append(keys('a'))).toMatchObject({ epoch: 1 })
  await Promise.all(['a', 'b', 'c'].map((key) => redis.set(key, key)))
  expect(await Promise.all(['a', 'b', 'c'].map((key) => redis.get(key)))).toEqual(['a', 'b', 'c'])
})

test('a Cluster that is not there yet is found when it comes', async () => {
  const cluster = await startRedisCluster({ replicas: 0 })
  onTestFinished(() => cluster.stop())
  for (const server of cluster.servers) server.kill('SIGKILL')
  const options = { url: cluster.url, name: 'test', stallMs: 500, onError() {} }
  const [one, routed] = [connectRedis(options), connectRouted(options)]
  onTestFinished(() => {
    one.disconnect()
    routed.disconnect()
  })
  await expect(one.ping()).rejects.toThrow()
  await expect(routed.get('k')).rejects.toThrow()
  await Promise.all(cluster.servers.map((server) => server.restart()))
  await Promise.all([untilReady(one, 10_000), untilReady(routed, 10_000)])
  await expect.poll(() => routed.set('k', 'v').catch(String)).toBe('OK')
  expect(await one.ping()).toBe('PONG')
})

test('a socket is an address too, with user and database', async () => {
  const { folder, remove } = scratchFolder('socket')
  const [port = 0] = await topologyPorts(1)
  const socket = path.join(folder, 'redis.sock')
  const lines = ['save ""', `unixsocket "${socket}"`, `user ${documentedUser(0)}`]
  const server = await startRedisProcess({ name: 'server', port, folder, lines })
  onTestFinished(async () => {
    await server.stop()
    remove()
  })
  const log = await linksTo(`unix://freshet:password@${socket}?db=3`).log('node-1')
  await log.append(keys('a'))
  expect(await server.ask((redis) => redis.info('keyspace'))).toMatch(/db3:keys=/)
  expect(await complaintOf(`unix://${socket}.none`)).toMatch(/ENOENT/)
})

test('the first replica that attaches ends the generation, and further ones do not: attach them before traffic', async () => {
  const [master, ...replicas] = await Promise.all([startRedis(), startRedis(), startRedis()])
  onTestFinished(() => Promise.all([master, ...replicas].map((server) => server.stop())).then(() => undefined))
  const links = linksTo(master.url)
  const [log, admin] = await Promise.all([links.log('node-1'), links.one('admin')])
  await admin.config('SET', 'repl-diskless-sync-delay', 0)
  const generations = [(await log.poll(null, 0)).generation]
  for (const [i, { url }] of replicas.entries()) {
    const replica = await linksTo(url).one('replica')
    await replica.replicaof('127.0.0.1', master.port)
    await expect.poll(async () => /connected_slaves:(\d)/.exec(await admin.info('replication'))?.[1]).toBe(`${i + 1}`)
    generations.push((await log.poll(null, 0)).generation)
  }
  const [before, first, second] = generations
  expect(first).not.toBe(before)
  expect(second).toBe(first)
})
