import { setTimeout as sleep } from 'node:timers/promises'
import { type Answer, describeAnswer, isFresh, isFreshHit } from '@freshet/testing/answer'
import { startRedisCluster } from '@freshet/testing/redis-cluster'
import { startSentinels } from '@freshet/testing/sentinels'
import { expect, onTestFinished, test } from 'vitest'
import { startShopOn } from './testing/shop-on.ts'

const ARTICLES = 10
const LEASE_MS = 800

/**
 * Reads and invalidates without a pause while `fail` is done to Redis, and a while after. Whatever is answered as fresh
 * must be at least what was acknowledged before it was asked for.
 */
async function throughout(shop: Awaited<ReturnType<typeof startShopOn>>, fail: () => Promise<unknown>) {
  const floors = new Map<string, number>()
  const answers: Answer[] = []
  const violations: string[] = []
  let acknowledged = 0
  let going = true
  const read = async (node: (typeof shop.nodes)[number]) => {
    while (going)
      for (let n = 0; n < ARTICLES; n++) {
        const floor = floors.get(`${n}`) ?? 0
        const answer = await node.request('GET', `shop:${n}`)
        answers.push(answer)
        if (isFresh(answer) && Number(answer.body) < floor)
          violations.push(`${describeAnswer(answer)} ${answer.body} < ${floor}`)
        await sleep(5)
      }
  }
  const write = async () => {
    for (let count = 1; going; count++) {
      const name = `${count % ARTICLES}`
      shop.stock.set(name, count)
      const { status } = await shop.nodes[count % 2 === 0 ? 0 : 1].post('/api/invalidate', {
        keys: [`shop:${name}`],
        wait: 'all',
      })
      if (status === 200) {
        floors.set(name, count)
        acknowledged++
      }
      await sleep(5)
    }
  }
  const work = [...shop.nodes.map(read), write()]
  const settled = async () => {
    const from = acknowledged
    await expect.poll(() => acknowledged - from, { timeout: 40_000 }).toBeGreaterThan(20)
  }
  await settled()
  const failedMs = performance.now()
  await fail()
  await settled()
  const endedMs = performance.now()
  going = false
  await Promise.all(work)
  return { answers, violations, failedMs, endedMs, acknowledged }
}

/** The longest time in which no answer of that kind came, milliseconds. */
function longestGap(answers: readonly Answer[], fromMs: number, kind: (answer: Answer) => boolean): number {
  let lastMs = fromMs
  let gapMs = 0
  for (const answer of answers.filter((one) => one.answeredMs > fromMs && kind(one))) {
    gapMs = Math.max(gapMs, answer.answeredMs - lastMs)
    lastMs = answer.answeredMs
  }
  return gapMs
}

function judge(name: string, { answers, violations, failedMs, acknowledged }: Awaited<ReturnType<typeof throughout>>) {
  const gaps = [isFresh, isFreshHit].map((kind) => Math.round(longestGap(answers, failedMs, kind)))
  const failures = answers.filter(({ status }) => status !== 200).length
  console.log(
    `${name}: ${answers.length} reads, ${acknowledged} acknowledged, ${violations.length} stale, ` +
      `${failures} not answered, no fresh answer for ${gaps[0]} ms, none from the cache for ${gaps[1]} ms`,
  )
  expect(violations).toEqual([])
  expect(answers.filter(isFreshHit).length).toBeGreaterThan(answers.length / 4)
  expect(gaps[1]).toBeLessThan(15_000)
  expect(failures).toBe(0)
}

async function onSentinel(options: Parameters<typeof startSentinels>[0] = {}) {
  const topology = await startSentinels(options)
  onTestFinished(() => topology.stop())
  const shop = await startShopOn(topology.url, { FRESHET_LEASE_MS: `${LEASE_MS}` })
  return { topology, shop }
}

test('Sentinel: kill -9 of the master', async () => {
  const { topology, shop } = await onSentinel({ minReplicasToWrite: 1 })
  const kill = async () => (await topology.master()).kill('SIGKILL')
  judge('Sentinel, kill -9', await throughout(shop, kill))
}, 120_000)

test('Sentinel: a planned failover', async () => {
  const { topology, shop } = await onSentinel({ minReplicasToWrite: 1 })
  judge('Sentinel, planned', await throughout(shop, () => topology.failOver()))
}, 120_000)

test('Sentinel: a failover that loses what the master took last', async () => {
  const { topology, shop } = await onSentinel()
  const lose = async () => {
    await topology.holdReplication()
    await sleep(500)
    ;(await topology.master()).kill('SIGKILL')
  }
  judge('Sentinel, lost writes', await throughout(shop, lose))
}, 120_000)

test('Cluster: kill -9 of the master of the log', async () => {
  const cluster = await startRedisCluster({ config: ['min-replicas-max-lag 1'] })
  onTestFinished(() => cluster.stop())
  const shop = await startShopOn(cluster.url, { FRESHET_LEASE_MS: `${LEASE_MS}` })
  const kill = async () => (await cluster.masterOf('{freshet:log}')).kill('SIGKILL')
  judge('Cluster, kill -9', await throughout(shop, kill))
}, 120_000)

test('Cluster: the slot of the log moves', async () => {
  const cluster = await startRedisCluster({ config: ['min-replicas-max-lag 1'] })
  onTestFinished(() => cluster.stop())
  const shop = await startShopOn(cluster.url, { FRESHET_LEASE_MS: `${LEASE_MS}` })
  const move = async () => {
    const from = await cluster.masterOf('{freshet:log}')
    const to = (await cluster.masters()).find((master) => master !== from)
    if (to) await cluster.moveSlot(await cluster.slotOf('{freshet:log}'), to)
  }
  judge('Cluster, slot moved', await throughout(shop, move))
}, 120_000)
