import { expect, test, vi } from 'vitest'
import { procedureProxy } from './procedure-proxy.ts'

// biome-ignore lint/suspicious/noExplicitAny: what it has for members is the router's to say
type Untyped = any

function recorded() {
  const told = vi.fn(async (...args: unknown[]) => args)
  const proxy: Untyped = procedureProxy({
    query: (...args) => told('query', ...args),
    mutate: (...args) => told('mutate', ...args),
    subscribe: (...args) => [args] as never,
  })
  return { proxy, told }
}

test('a path of names is the procedure, its last the kind of call', async () => {
  const { proxy } = recorded()
  const options = { signal: new AbortController().signal }
  expect(await proxy.namespaces.get.query({ name: 'a' }, options)).toEqual([
    'query',
    'namespaces.get',
    { name: 'a' },
    options,
  ])
  expect(await proxy.a.b.c.mutate()).toEqual(['mutate', 'a.b.c', undefined, undefined])
  expect(proxy.cluster.live.subscribe({})).toEqual([['cluster.live', {}, undefined]])
})

test('awaiting, printing or copying it calls nothing', async () => {
  const { proxy, told } = recorded()
  expect(await proxy).toBe(proxy)
  expect(await proxy.namespaces).toBe(proxy.namespaces)
  expect(JSON.stringify(proxy)).toBe('{}')
  expect(String({ ...proxy })).toBe('[object Object]')
  expect(told).not.toHaveBeenCalled()
})

test('a procedure may be called as its kinds of calls are', async () => {
  const { proxy } = recorded()
  expect(await proxy.query.query(1)).toEqual(['query', 'query', 1, undefined])
})
