import { namespaceOf } from '@freshet/core/keys/cache-key'
import { expect, it } from 'vitest'
import { type PlannedRequest, planRequests } from './planned-requests.ts'

async function* numberedKeys(count: number): AsyncGenerator<string> {
  for (let i = 1; i <= count; i++) yield `products:${1 + (i % 3_000)}`
}

async function plan(count: number): Promise<PlannedRequest[]> {
  const requests: PlannedRequest[] = []
  for await (const request of planRequests(numberedKeys(count))) requests.push(request)
  return requests
}

it('mixes reads, revalidations, batches, writes of sessions and unknown ids', async () => {
  const requests = await plan(50_000)
  const share = (test: (request: PlannedRequest) => boolean) => requests.filter(test).length / requests.length
  const isGet = (test: (request: PlannedRequest & { kind: 'get' }) => boolean) => (request: PlannedRequest) =>
    request.kind === 'get' && test(request)

  expect(share(({ kind }) => kind === 'mget')).toBeCloseTo(0.02, 2)
  expect(share(({ kind }) => kind === 'put')).toBeCloseTo(0.016, 2)
  expect(share(isGet(({ key }) => namespaceOf(key) === 'sessions'))).toBeCloseTo(0.024, 2)
  expect(share(isGet(({ revalidate }) => revalidate))).toBeCloseTo(0.03, 2)
  const unknown = share(
    isGet(({ key }) => /^(products:3[0-9]{3}|users:2[0-9]{3})$/.test(key) && key !== 'products:3000'),
  )
  expect(unknown).toBeCloseTo(0.02, 2)
  expect(share(isGet(({ key }) => namespaceOf(key) === 'products'))).toBeGreaterThan(0.85)
})

it('asks for each key it is given once: batches take theirs out of the same stream', async () => {
  const requests = await plan(5_000)
  const batches = requests.filter((request) => request.kind === 'mget')
  expect(batches.length).toBeGreaterThan(10)
  for (const { keys } of batches) expect(keys).toHaveLength(20)
})

it('writes sessions that can be read again', async () => {
  const requests = await plan(50_000)
  const written = new Set(requests.flatMap((request) => (request.kind === 'put' ? [request.key] : [])))
  const read = requests.flatMap((request) =>
    request.kind === 'get' && namespaceOf(request.key) === 'sessions' ? [request.key] : [],
  )
  expect(read.filter((key) => written.has(key)).length / read.length).toBeGreaterThan(0.5)
})
