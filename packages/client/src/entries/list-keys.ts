import { z } from 'zod'
import { type CallOptions, exchange, type Parts } from '../parts.ts'

const PAGE = 1_000

/** `GET /api/cache/keys`, as much of it as is used. */
const ListReply = z.object({ keys: z.array(z.object({ key: z.string() })), cursor: z.string().nullable() })

/**
 * Keys that are alive, page by page, in no order. One that was there from the first page to the last is told, perhaps twice;
 * one that came or went meanwhile may be. A page may be empty before the end: a request does a bounded amount of work.
 */
export async function* listKeys(parts: Parts, pattern: string, options: CallOptions): AsyncGenerator<string[], void> {
  let cursor: string | null = null
  do {
    const fields = new URLSearchParams({ pattern, limit: String(PAGE), ...(cursor !== null && { cursor }) })
    const ask = { method: 'GET', path: `/api/cache/keys?${fields}`, repeatable: true } as const
    const reply = await exchange(parts, ask, parts.router.forAny(), options)
    const page: z.infer<typeof ListReply> = ListReply.parse(JSON.parse(reply.body.toString()))
    yield page.keys.map(({ key }) => key)
    cursor = page.cursor
  } while (cursor !== null)
}
