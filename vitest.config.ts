import { defineConfig } from 'vitest/config'

const generated = ['**/node_modules/**', '**/dist/**', '**/.next/**', '**/src/generated/**']

/**
 * Kinds of tests, told apart by name. `*.test.ts` needs nothing but Node. `*.int.test.ts` needs real servers: the
 * global set-up starts one Redis and one PostgreSQL for the run (TEST_REDIS_URL, TEST_DATABASE_URL in process.env).
 * A file that needs a database of its own takes `createDatabase()`, one that needs a Redis of its own (most do: pub/sub,
 * FLUSHALL and scripts see all of a server) takes `startRedis()`, both from `@freshet/testing`. Tests below `e2e/` kill
 * processes of a whole platform, one after the other.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          root: import.meta.dirname,
          include: ['{packages,apps,bench,scripts,infra}/**/*.test.{ts,tsx,mjs}'],
          exclude: [...generated, '**/*.int.test.*', 'apps/web/**'],
        },
      },
      'apps/web/vitest.config.ts',
      {
        test: {
          name: 'faults',
          root: import.meta.dirname,
          include: ['e2e/**/*.test.ts'],
          globalSetup: ['packages/testing/src/integration-servers.ts'],
          // They measure what users would notice while parts are down: nothing else may use the machine meanwhile.
          fileParallelism: false,
          testTimeout: 240_000,
          hookTimeout: 120_000,
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
