import { openAsyncCacheDedupe } from './async-cache-dedupe.ts'
import { openBentocache } from './bentocache.ts'
import { openCacheable } from './cacheable.ts'
import { openLayeredLoader } from './layered-loader.ts'
import type { LibraryCache, OpenLibrary } from './library.ts'
import type { Asked, Tell } from './messages.ts'

/**
 * One process of an application that uses a library: `main.ts <library> <Redis URL> <source URL>`. The harness asks over
 * the channel that `fork` opens; this process knows nothing of the race it is in.
 */
const libraries: Record<string, OpenLibrary> = {
  bentocache: openBentocache,
  cacheable: openCacheable,
  'async-cache-dedupe': openAsyncCacheDedupe,
  'layered-loader': openLayeredLoader,
}

const [name = '', redisUrl = '', sourceUrl = ''] = process.argv.slice(2)
const open = libraries[name]
if (open === undefined) throw new Error(`no library is called ${name}: ${Object.keys(libraries).join(', ')}`)

const cache = await open(redisUrl, async (key) => {
  const response = await fetch(`${sourceUrl}/rows/${key}`)
  if (!response.ok) throw new Error(`the source answered ${response.status}`)
  return Number(await response.text())
})

process.on('message', (asked: Asked) => {
  answer(cache, asked).then(tell, (error: Error) => tell({ kind: 'failed', id: asked.id, message: error.message }))
})
// The harness is gone: nobody will ask again.
process.on('disconnect', () => process.exit(0))
tell({ kind: 'ready' })

async function answer(library: LibraryCache, { id, ask }: Asked): Promise<Tell> {
  if (ask.kind === 'read') return { kind: 'value', id, value: await library.read(ask.key, ask.tag) }
  await (ask.kind === 'invalidate-key' ? library.invalidateKey(ask.key) : library.invalidateTag(ask.tag))
  return { kind: 'done', id }
}

function tell(message: Tell): void {
  process.send?.(message)
}
