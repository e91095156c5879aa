import { expect, it } from 'vitest'
import { getsPerTurn, MGET_KEYS } from './gets-per-turn.ts'
import { throwawayRedis } from './testing/throwaway-redis.ts'

async function setUp() {
  const { server, connect } = await throwawayRedis()
  const [redis, probe] = await Promise.all([connect('gets'), connect('probe')])
  /** How often Redis was asked with each command since the last look. */
  const commands = async () => {
    const stats = await probe.info('commandstats')
    await probe.config('RESETSTAT')
    const calls = (name: string) => Number(new RegExp(`cmdstat_${name}:calls=(\\d+)`).exec(stats)?.[1] ?? 0)
    return { get: calls('get'), mget: calls('mget') }
  }
  await probe.config('RESETSTAT')
  return { server, probe, get: getsPerTurn(redis), commands }
}

it('fetches what one turn asks for with one command, each caller its own value', async () => {
  const { probe, get, commands } = await setUp()
  await probe.mset({ a: 'value of a', b: Buffer.from([0, 255]) })
  const values = await Promise.all([get('a'), get('missing'), get('b'), get('a')])
  expect(values).toEqual([Buffer.from('value of a'), null, Buffer.from([0, 255]), Buffer.from('value of a')])
  expect(await commands()).toEqual({ get: 0, mget: 1 })
})

it('asks alone for what is alone in its turn', async () => {
  const { probe, get, commands } = await setUp()
  await probe.set('a', '1')
  expect(await get('a')).toEqual(Buffer.from('1'))
  expect(await get('missing')).toBeNull()
  expect(await commands()).toEqual({ get: 2, mget: 0 })
})

it('never asks for more keys at once than may hold others up', async () => {
  const { probe, get, commands } = await setUp()
  const names = Array.from({ length: 2 * MGET_KEYS + 1 }, (_, i) => `k${i}`)
  await probe.mset(Object.fromEntries(names.map((name) => [name, name])))
  const values = await Promise.all(names.map(get))
  expect(values.map(String)).toEqual(names)
  expect(await commands()).toEqual({ get: 1, mget: 2 })
})

it('gives every caller of a turn the error that Redis gave', async () => {
  const { server, get } = await setUp()
  await server.stop()
  const outcomes = await Promise.allSettled([get('a'), get('b'), get('c')])
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
})
