import type { Answer } from '@freshet/testing/answer'
import type { NodeClient } from '@freshet/testing/node-client'

export type Mode = 'hard' | 'soft'

/** One way to tell a cache that something changed. */
export interface Invalidation {
  /** For histories. */
  text: string
  /** Asks for it and for every node's acknowledgement. */
  ask(node: NodeClient, mode: Mode): Promise<Answer>
}

export const byKeys = (keys: readonly string[]): Invalidation => posted('/api/invalidate', { keys })
export const byTags = (tags: readonly string[]): Invalidation => posted('/api/invalidate', { tags })
export const byNamespace = (namespace: string): Invalidation => posted('/api/invalidate', { namespace })
export const byPattern = (pattern: string): Invalidation => posted('/api/invalidate/pattern', { pattern })

/** DELETE of one key: always hard. */
export function byDelete(key: string): Invalidation {
  return { text: 'DELETE', ask: (node) => node.request('DELETE', key) }
}

function posted(path: string, matchers: Readonly<Record<string, unknown>>): Invalidation {
  return {
    text: JSON.stringify(matchers),
    ask: (node, mode) => node.post(path, { ...matchers, mode, wait: 'all' }),
  }
}
