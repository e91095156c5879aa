import path from 'node:path'
import { defineConfig } from 'vitest/config'

/** In a package's folder, vitest runs that package's tests; in the root, all. */
const here = { root: import.meta.dirname, dir: process.cwd() }
const built = ['**/node_modules/**', '**/dist/**', '**/.next/**', '**/src/generated/**']
const simulations = ['**/simulation.test.ts', '**/simulation-mutants.test.ts']
/**
 * On a busy machine everything takes long, and what will be true is waited for: these bounds only end what would never end.
 * A test that is to fail when something is slow says so itself.
 */
const patience = { testTimeout: 60_000, hookTimeout: 120_000, expect: { poll: { timeout: 20_000 } } }
const servers = path.join(import.meta.dirname, 'packages/testing/src/integration-servers.ts')

/**
 * Kinds of tests, told apart by name. `*.test.ts` needs nothing but Node. `*.int.test.ts` needs real servers: the
 * global set-up starts one Redis and one PostgreSQL for the run (TEST_REDIS_URL, TEST_DATABASE_URL in process.env).
 * A file that needs a database of its own takes `createDatabase()`, one that needs a Redis of its own (most do: pub/sub,
 * FLUSHALL and scripts see all of a server) takes `startRedis()`, both from `@freshet/testing`. Tests below `e2e/` and
 * `*.faults.test.ts` kill processes of a whole platform, one after the other.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...here,
          ...patience,
          name: 'unit',
          include: ['**/*.test.{ts,tsx,mjs}'],
          exclude: [...built, '**/*.int.test.*', '**/*.faults.test.ts', ...simulations, 'e2e/**', 'apps/web/**'],
        },
      },
      {
        test: {
          ...here,
          ...patience,
          name: 'simulation',
          include: simulations,
          exclude: built,
          // Ten thousand histories on every core, then the same with one guard missing: each has the machine for itself.
          fileParallelism: false,
        },
      },
      // It has an alias of its own, and reads its own configuration in its own folder.
      ...(here.dir === here.root ? ['apps/web/vitest.config.ts'] : []),
      {
        // As the portal's files name one another.
        resolve: { alias: { '~': path.join(import.meta.dirname, 'apps/web/src') } },
        test: {
          ...here,
          ...patience,
          name: 'integration',
          include: ['**/*.int.test.{ts,mjs}'],
          exclude: [...built, 'e2e/**'],
          globalSetup: [servers],
        },
      },
      {
        test: {
          ...here,
          name: 'faults',
          include: ['e2e/**/*.test.ts', '**/*.faults.test.ts'],
          exclude: built,
          globalSetup: [servers],
          // They measure what users would notice while parts are down: nothing else may use the machine meanwhile.
          fileParallelism: false,
          testTimeout: 240_000,
          hookTimeout: 120_000,
          expect: { poll: { timeout: 30_000 } },
        },
      },
    ],
  },
})
