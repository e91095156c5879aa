import { AppError } from '@freshet/core/errors/app-error'
import { namespaceOf } from '@freshet/core/keys/cache-key'
import type { Fetch, NodeAnswer } from '@freshet/core/metrics/scrape-node'
import type { NodeRegistry } from '@freshet/redis/node-registry'
import type { OriginProbe } from '../schemas/namespaces.ts'

const SAMPLE_BYTES = 2_048
/** Longer than any origin's deadline may be (policy/origin-config.ts). */
const TIMEOUT_MS = 125_000

/** Loads a key of a namespace from its origin, past every cache, by asking a live node. */
export type ProbeOrigin = (namespace: string, key: string) => Promise<OriginProbe>

export interface ProbeOptions {
  registry: Pick<NodeRegistry, 'list'>
  fetch: Fetch
  token: string
}

/**
 * The portal does not ask the origin itself: what matters is what a node sees from where it stands, through its guard
 * (allow-lists, time limits, breaker).
 */
export function createProbeOrigin({ registry, fetch, token }: ProbeOptions): ProbeOrigin {
  return async (namespace, key) => {
    if (namespaceOf(key) !== namespace)
      throw new AppError('invalid', `key: it belongs to "${namespaceOf(key)}" and not to "${namespace}"`, {
        field: 'key',
      })
    const nodes = await registry.list().catch((cause: unknown) => {
      throw new AppError('node_unavailable', 'Redis, which lists the nodes, does not answer', {}, { cause })
    })
    for (const { id, url, draining } of nodes) {
      if (draining) continue
      const startedMs = performance.now()
      const response = await ask(fetch, new URL(`/api/cache/${encodeURIComponent(key)}`, url), token)
      if (!response) continue
      const body = Buffer.from(await response.arrayBuffer())
      const durationMs = performance.now() - startedMs
      const headers = Object.fromEntries(response.headers)
      return { nodeId: id, status: response.status, headers, durationMs, body: sampleOf(body) }
    }
    throw new AppError('node_unavailable', 'No live cache node answered')
  }
}

async function ask(fetch: Fetch, url: URL, token: string): Promise<NodeAnswer | null> {
  try {
    return await fetch(url.href, {
      headers: { authorization: `Bearer ${token}`, 'cache-control': 'no-cache' },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
  } catch {
    return null
  }
}

function sampleOf(body: Buffer): OriginProbe['body'] {
  const truncated = body.length > SAMPLE_BYTES
  try {
    // `stream` leaves out a character that the cut went through.
    const decoder = new TextDecoder('utf-8', { fatal: true })
    return {
      bytes: body.length,
      sample: decoder.decode(body.subarray(0, SAMPLE_BYTES), { stream: truncated }),
      truncated,
    }
  } catch {
    return { bytes: body.length, sample: null, truncated }
  }
}
