/**
 * The arrows of the house: what each floor may use of the others. Everything that is not named here is forbidden.
 * `scripts/check-dependencies.mjs` runs these rules, and fails too when they see fewer files than there are.
 */
const MAY_USE = {
  'packages/core': [],
  'packages/redis': ['packages/core'],
  'packages/db': ['packages/core'],
  'packages/tls': [],
  'packages/api': ['packages/core', 'packages/redis', 'packages/db'],
  'packages/client': ['packages/core'],
  'packages/keyv': ['packages/client'],
  'packages/bentocache': ['packages/client'],
  'packages/recipes': ['packages/client'],
  'packages/testing': ['scripts'],
  'apps/cache-node': ['packages/core', 'packages/redis', 'packages/tls'],
  'apps/worker': ['packages/core', 'packages/redis', 'packages/db', 'packages/tls'],
  'apps/web': ['packages/core', 'packages/api'],
  'apps/demo': ['packages/core'],
  bench: ['packages/core', 'packages/redis', 'packages/testing', 'scripts'],
  infra: [],
  scripts: [],
  e2e: ['packages/core', 'packages/testing', 'scripts'],
}

/** Files that may go further than their floor, and why. */
const EXCEPTIONS = [
  // The authentication adapter reads accounts, and the session's context is where adapters are put together.
  { from: '^apps/web/src/server/', to: ['packages/db', 'packages/redis', 'packages/tls'] },
  // Settings are checked when the process starts, by who will use them.
  { from: '^apps/web/src/env\\.ts$', to: ['packages/redis', 'packages/tls'] },
  // The seed writes the demo's policies and its API key as the control plane would.
  { from: '^apps/demo/src/seed/', to: ['packages/db'] },
  // The admin client takes the router's type from the control plane; its declarations are rolled up where it is built.
  { from: '^packages/client/src/admin/', to: ['packages/api'] },
  // Real nodes for the tests of clients and adapters are told of policies and keys as the control plane tells them.
  { from: '^packages/client/src/testing/', to: ['packages/redis'] },
  // The lab saves its policies as the control plane would, so that the worker can tell a Redis that forgot them.
  { from: '^bench/lab/', to: ['packages/db'] },
  // The chart may only silence findings that the checks make.
  { from: '^infra/helm/chart-files\\.ts$', to: ['packages/core'] },
  // An installation is filled and loaded as applications would do it, and times are counted as nodes count them.
  { from: '^infra/load/', to: ['packages/client', 'packages/core'] },
  // Rules and dashboards are checked against what the programs themselves render.
  {
    from: '^infra/prometheus/exposed\\.ts$',
    to: ['packages/core', 'packages/tls', 'packages/testing', 'apps/cache-node', 'apps/worker'],
  },
]

const FLOOR = '^(?:packages/[^/]+|apps/[^/]+|bench|infra|scripts|e2e)/'
/** Tests, and what a floor keeps for tests alone in folders called testing/, wherever in it they lie. */
const TEST = '(?:\\.(?:test|spec)\\.(?:ts|tsx|mjs)$|/src/testing/|/src/.*/testing/)'
/** Tests may start real servers, and programs as they are started elsewhere. */
const TESTING = ['packages/testing', 'scripts']
/** @type {('npm-no-pkg' | 'npm-unknown')[]} */
const UNDECLARED = ['npm-no-pkg', 'npm-unknown']
/** @type {'type-only'[]} */
const TYPES = ['type-only']
const severity = /** @type {const} */ ('error')

/** @param {string[]} floors */
const below = (floors) => `^(?:${floors.join('|')})/`

/** @typedef {{ path: string, pathNot?: string | string[] }} Where */

const arrows = Object.entries(MAY_USE).flatMap(([floor, uses]) => {
  const own = [floor, ...uses]
  const exceptions = EXCEPTIONS.filter(({ from }) => from.startsWith(`^${floor}/`))
  const rule = (/** @type {string} */ name, /** @type {Where} */ from, /** @type {string[]} */ allowed) => ({
    name: `${floor}: ${name}`,
    severity,
    comment: `${floor} uses ${uses.join(', ') || 'no other floor'}.`,
    from,
    to: { path: FLOOR, pathNot: below(allowed) },
  })
  return [
    rule('arrows', { path: `^${floor}/`, pathNot: [TEST, ...exceptions.map(({ from }) => from)] }, own),
    rule('arrows of tests', { path: `^${floor}(?=/).*${TEST}` }, [
      ...own,
      ...TESTING,
      ...exceptions.flatMap(({ to }) => to),
    ]),
    ...exceptions.map(({ from, to }) => rule(`arrows of ${from}`, { path: from, pathNot: TEST }, [...own, ...to])),
  ]
})

export default {
  forbidden: [
    ...arrows,
    {
      name: 'no cycles',
      severity,
      comment: 'Two files that need each other are one file, or three.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'core does no I/O',
      severity,
      comment: 'packages/core is pure: what touches the world is an adapter of another floor.',
      from: { path: '^packages/core/src/', pathNot: TEST },
      to: { path: '^(?:node:)?(?:fs|net|tls|dns|dgram|http|https|http2|child_process|cluster|worker_threads)(?:/|$)' },
    },
    {
      name: 'core stands on three packages',
      severity,
      comment: 'packages/core depends on zod, lru-cache and xxhash-wasm only.',
      from: { path: '^packages/core/src/', pathNot: TEST },
      to: { path: 'node_modules/', pathNot: 'node_modules/(?:zod|lru-cache|xxhash-wasm)/' },
    },
    {
      name: 'a client runs without the control plane',
      severity,
      comment: 'What packages/client takes of packages/api are types: its users install neither.',
      from: { path: '^packages/client/src/', pathNot: TEST },
      to: { path: '^packages/api/', dependencyTypesNot: TYPES },
    },
    {
      name: 'no undeclared package',
      severity,
      comment: 'What a floor imports stands in its own package.json.',
      from: { pathNot: '^[^/]+$|^e2e/' },
      to: { dependencyTypes: UNDECLARED },
    },
    {
      name: 'no test code in the product',
      severity,
      comment: 'The product imports neither tests nor what only tests need.',
      from: { path: '^(?:packages|apps)/', pathNot: [TEST, '^packages/testing/', '\\.config\\.ts$'] },
      to: { path: [TEST, '^packages/testing/'] },
    },
    {
      name: 'no broken import',
      severity,
      comment: 'An import that leads nowhere escapes every other rule.',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no orphans',
      severity,
      comment: 'A file that nobody imports and that imports nobody is dead, or not yet wired.',
      from: {
        orphan: true,
        pathNot: [TEST, '\\.d\\.ts$', '\\.config\\.(?:ts|mjs)$', '^apps/web/src/app/', '^infra/docker/healthcheck'],
      },
      to: {},
    },
  ],
}
