// @ts-check
import { fileURLToPath } from 'node:url'

/** @type {import('next').NextConfig} */
const config = {
  cacheComponents: true,
  // 'use cache' stays in each instance's memory; 'use cache: remote' is shared, and in Freshet.
  cacheHandlers: { remote: fileURLToPath(new URL('cache-handler.mjs', import.meta.url)) },
}

export default config
