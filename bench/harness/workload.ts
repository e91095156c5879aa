import { randomBytes } from 'node:crypto'
import { httpRequest } from './http-request.ts'
import type { ServerProcess } from './server-process.ts'

/** The working set of every scenario: this many values of this size, read at random. */
export const KEY_COUNT = 10_000
const VALUE_BYTES = 1_024
const PARALLEL = 32

export const readKeys = Array.from({ length: KEY_COUNT }, (_, i) => `bench:k${i}`)
/** Apart from those that are read, so that writing does not disturb reading. */
const writeKeys = Array.from({ length: KEY_COUNT }, (_, i) => `bench:w${i}`)

/** Stored for a day: nothing may expire while it is measured. */
const LIFETIME = { 'Cache-Control': 'max-age=86400', 'Content-Type': 'application/octet-stream' }

export function getRequests(headers: Readonly<Record<string, string>>): Buffer[] {
  return readKeys.map((key) => httpRequest('GET', `/api/cache/${key}`, headers))
}

export function putRequests(headers: Readonly<Record<string, string>>): Buffer[] {
  return writeKeys.map((key) =>
    httpRequest('PUT', `/api/cache/${key}`, { ...LIFETIME, ...headers }, randomBytes(VALUE_BYTES)),
  )
}

/** Stores a value under every key that is read. */
export function fill(server: ServerProcess, headers: Readonly<Record<string, string>>): Promise<void> {
  return forAllKeys(server, 'PUT', { ...LIFETIME, ...headers })
}

/** Reads every key once, so that it lies in L1. */
export function warm(server: ServerProcess, headers: Readonly<Record<string, string>>): Promise<void> {
  return forAllKeys(server, 'GET', headers)
}

async function forAllKeys(
  { port, name }: ServerProcess,
  method: 'GET' | 'PUT',
  headers: Readonly<Record<string, string>>,
): Promise<void> {
  const keys = readKeys.values()
  const worker = async () => {
    for (const key of keys) {
      const body = method === 'PUT' ? randomBytes(VALUE_BYTES) : undefined
      const response = await fetch(`http://127.0.0.1:${port}/api/cache/${key}`, { method, headers, body })
      const text = await response.text()
      if (!response.ok) throw new Error(`${name} answered ${method} ${key} with ${response.status}: ${text}`)
    }
  }
  await Promise.all(Array.from({ length: PARALLEL }, worker))
}

/**
 * Makes sure that a server answers as the case's name says: a benchmark that measures something else is worse than none.
 * Throws when a sample of keys shows another `detail` in Cache-Status.
 */
export async function requireTier(
  { port, name }: ServerProcess,
  headers: Readonly<Record<string, string>>,
  tier: 'l1' | 'l2',
): Promise<void> {
  for (let i = 0; i < KEY_COUNT; i += KEY_COUNT / 20) {
    const response = await fetch(`http://127.0.0.1:${port}/api/cache/${readKeys[i]}`, { headers })
    await response.arrayBuffer()
    const status = response.headers.get('cache-status') ?? ''
    if (!status.includes(`hit;`) || !status.endsWith(`detail=${tier}`))
      throw new Error(`${name} was to answer ${readKeys[i]} from ${tier} and says "${status}"`)
  }
}
