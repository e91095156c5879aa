import path from 'node:path'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: { alias: { '~': path.join(import.meta.dirname, 'src') } },
  // Those that need servers run in the root's project for them.
  test: {
    include: ['src/**/*.test.{ts,tsx}'],
    exclude: ['**/*.int.test.*'],
    // As for all other tests: bounds that end what would never end.
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})
