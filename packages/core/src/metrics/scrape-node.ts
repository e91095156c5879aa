import { NodeMetrics } from '../contracts/node-metrics.ts'

/** How a node is asked; any `fetch` fits, with whatever certificates it shows. */
export type Fetch = (url: string, init: { headers: Record<string, string>; signal: AbortSignal }) => Promise<NodeAnswer>

/** What of a `Response` is read. */
export interface NodeAnswer {
  readonly ok: boolean
  readonly status: number
  readonly headers: Iterable<[string, string]>
  json(): Promise<unknown>
  arrayBuffer(): Promise<ArrayBuffer>
}

/** A node that does not answer within this is reported as unreachable, milliseconds. */
export const SCRAPE_TIMEOUT_MS = 800

/**
 * Reads one node's counters, or null when it does not answer in time, or not with metrics. Never rejects: a node that
 * cannot be read is a fact about the cluster and no fault of the reader.
 *
 * @param token the internal token (access/internal-token.ts)
 */
export async function scrapeNode(fetch: Fetch, url: string, token: string): Promise<NodeMetrics | null> {
  try {
    const response = await fetch(new URL('/api/metrics', url).href, {
      headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
      signal: AbortSignal.timeout(SCRAPE_TIMEOUT_MS),
    })
    if (!response.ok) return null
    return NodeMetrics.safeParse(await response.json()).data ?? null
  } catch {
    return null
  }
}
