import { type Cache, createCache } from '@freshet/client'

// `next dev` loads modules anew with each change; the client is one for the process.
const kept = globalThis as { freshet?: Cache }

/** FRESHET_URL and FRESHET_API_KEY say where it is. */
export function cache(): Cache {
  kept.freshet ??= createCache()
  return kept.freshet
}
