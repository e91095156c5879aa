import { createCache } from '../create-cache.ts'
import { loadFrom } from './source.ts'

/** One of several processes that all want one key at once: told over IPC what and where, it answers what it got. */
process.on('message', async ({ url, apiKey, source, key, callers }: Order) => {
  const cache = createCache({ url, apiKey })
  const asks = Array.from({ length: callers }, () => cache.getOrSet(key, loadFrom(source), { ttlMs: 60_000 }))
  const values = await Promise.allSettled(asks)
  process.send?.(values.map((each) => (each.status === 'fulfilled' ? each.value : String(each.reason))))
})
process.send?.('ready')

export interface Order {
  url: readonly string[]
  apiKey: string
  source: string
  key: string
  callers: number
}
