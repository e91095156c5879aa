import { CacheKey, namespaceOf } from '@freshet/core/keys/cache-key'
import type { BatchEntry } from '@freshet/core/origins/batch-form'
import type pg from 'pg'
import { z } from 'zod'
import { resourceOf } from './resources/all.ts'
import type { Representation, Resource } from './resources/resource.ts'
import { entityTag } from './respond.ts'

/** An entry as it is sent. */
type WireEntry = z.input<typeof BatchEntry>

export const BatchRequest = z.object({ keys: z.array(CacheKey).min(1).max(1_000) })

/** Freshet's batch form: one query per namespace, however many keys. Keys that do not exist are left out, which is 404. */
export async function answerBatch(db: pg.Pool, keys: readonly string[]): Promise<{ entries: WireEntry[] }> {
  const namespaces = new Set(keys.map(namespaceOf))
  const answers = await Promise.all(
    [...namespaces].map((namespace) => {
      const resource = resourceOf(namespace)
      const own = keys.filter((key) => namespaceOf(key) === namespace)
      return resource ? answerNamespace(db, resource, own) : []
    }),
  )
  return { entries: answers.flat() }
}

async function answerNamespace(db: pg.Pool, resource: Resource, keys: readonly string[]): Promise<WireEntry[]> {
  const idOf = (key: string) => key.slice(resource.namespace.length + 1)
  const found = await resource.find(db, [...new Set(keys.map(idOf))])
  return keys.flatMap((key) => {
    const representation = found.get(idOf(key))
    return representation ? [entryOf(key, resource, representation)] : []
  })
}

function entryOf(key: string, resource: Resource, { document, tags }: Representation): WireEntry {
  return {
    key,
    status: 200,
    contentType: 'application/json; charset=utf-8',
    encoding: 'json',
    body: document,
    etag: entityTag(JSON.stringify(document)),
    tags,
    ...resource.cacheControl,
  }
}
