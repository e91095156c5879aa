import { defineConfig } from 'vitest/config'

const generated = ['**/node_modules/**', '**/dist/**', '**/.next/**', '**/src/generated/**']

/**
 * Two kinds of tests, told apart by name. `*.test.ts` needs nothing but Node. `*.int.test.ts` needs real servers: the
 * global set-up starts one Redis and one PostgreSQL for the run (TEST_REDIS_URL, TEST_DATABASE_URL in process.env).
 * A file that needs a database of its own takes `createDatabase()`, one that needs a Redis of its own (most do: pub/sub,
 * FLUSHALL and scripts see all of a server) takes `startRedis()`, both from `@freshet/testing`.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          root: import.meta.dirname,
          include: ['{packages,apps,bench,scripts,infra}/**/*.test.{ts,tsx,mjs}'],
          exclude: [...generated, '**/*.int.test.ts'],
        },
      },
      {
        test: {
          name: 'integration',
          root: import.meta.dirname,
          include: ['{packages,apps,scripts,infra}/**/*.int.test.{ts,mjs}'],
          exclude: generated,
          globalSetup: ['packages/testing/src/integration-servers.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
})
