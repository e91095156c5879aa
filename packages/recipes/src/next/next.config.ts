import { fileURLToPath } from 'node:url'
import type { NextConfig } from 'next'

const config: NextConfig = {
  cacheComponents: true,
  // 'use cache' stays in each instance's memory; 'use cache: remote' is shared, and in Freshet.
  cacheHandlers: { remote: fileURLToPath(import.meta.resolve('./cache-handler.mjs')) },
}

export default config
