import path from 'node:path'
import { QUIET } from '../platform/build.mjs'
import { CHECKOUT } from '../platform/checkout.mjs'

/** A developer's servers, ports and settings: a test must neither depend on them nor write to them. */
const NOT_FOR_TESTS =
  /^(?:FRESHET_|DEMO_|TEST_|NEXTAUTH_|npm_|(?:L2_)?REDIS_URL$|DATABASE_URL$|NODE_ENV$|PORT$|HOSTNAME$|LOG_LEVEL$)/

/**
 * @param {string} temporary where temporary files go: what a test leaves behind is cleared away with it.
 * @returns {NodeJS.ProcessEnv} the environment that every check runs in.
 */
export function hermeticEnvironment(temporary) {
  const kept = Object.entries(process.env).filter(([name]) => !NOT_FOR_TESTS.test(name))
  return {
    ...Object.fromEntries(kept),
    ...QUIET,
    // turbo runs pnpm by name.
    PATH: `${path.join(CHECKOUT, 'node_modules/.bin')}${path.delimiter}${process.env.PATH}`,
    TMPDIR: temporary,
    CI: 'true',
    NO_COLOR: '1',
  }
}
