import {
  type NamespaceGrant,
  principalOf,
  ROLES,
  SCOPES,
  type Scope,
  scopesOfRole,
} from '@freshet/core/access/permissions'
import { callTRPCProcedure } from '@trpc/server'
import { describe, expect, test } from 'vitest'
import { type Context, createContext } from './context.ts'
import { toAppError } from './failures.ts'
import type { PortalUser } from './portal-user.ts'
import { listProcedures, type ProcedureFacts } from './procedures.ts'
import { createRestHandler } from './rest/handler.ts'
import { appRouter } from './root.ts'
import type { Services } from './services/services.ts'

/** Who may call what, said a second time and by hand: a new procedure fails here until somebody has thought about it. */
const EXPECTED: Record<string, 'person' | [scope: Scope, reach: 'own' | 'named' | 'given' | 'all']> = {
  'session.me': 'person',
  'cluster.overview': ['read', 'own'],
  'cluster.live': ['read', 'own'],
  'cluster.history': ['read', 'own'],
  'namespaces.list': ['read', 'own'],
  'namespaces.get': ['read', 'named'],
  'namespaces.put': ['admin', 'named'],
  'namespaces.remove': ['admin', 'named'],
  'namespaces.testOrigin': ['warm', 'named'],
  'apiKeys.list': ['admin', 'all'],
  'apiKeys.create': ['admin', 'all'],
  'apiKeys.revoke': ['admin', 'all'],
  'apiKeys.rotate': ['admin', 'all'],
  'eventRules.list': ['read', 'own'],
  'eventRules.get': ['read', 'own'],
  'eventRules.create': ['invalidate', 'given'],
  'eventRules.update': ['invalidate', 'given'],
  'eventRules.delete': ['invalidate', 'own'],
  'audit.list': ['read', 'own'],
  'audit.verify': ['admin', 'all'],
}

const id = '00000000-0000-4000-8000-000000000000'
const rule = { name: 'r', eventType: 'e', targets: [{ kind: 'tags', template: 't-{id}' }] }

/** An input that each procedure would accept, about a namespace. */
const INPUTS: Record<string, (namespace: string) => Record<string, unknown>> = {
  'session.me': () => ({}),
  'cluster.overview': () => ({}),
  'cluster.live': () => ({}),
  'cluster.history': () => ({ window: '1m' }),
  'namespaces.list': () => ({}),
  'namespaces.get': (name) => ({ name }),
  'namespaces.put': (name) => ({ name, policy: { ttlMs: 1_000 } }),
  'namespaces.remove': (name) => ({ name }),
  'namespaces.testOrigin': (name) => ({ name, key: `${name}:1` }),
  'apiKeys.list': () => ({}),
  'apiKeys.create': () => ({ name: 'k', scopes: ['read'], namespaces: '*' }),
  'apiKeys.revoke': () => ({ id: 'abcdefghijkl' }),
  'apiKeys.rotate': () => ({ id: 'abcdefghijkl' }),
  'eventRules.list': () => ({}),
  'eventRules.get': () => ({ id }),
  'eventRules.create': (name) => ({ ...rule, reach: [name] }),
  'eventRules.update': (name) => ({ ...rule, id, reach: [name] }),
  'eventRules.delete': () => ({ id }),
  'audit.list': () => ({}),
  'audit.verify': () => ({}),
}

/** Whoever gets as far as a service was let in. */
class LetIn extends Error {}
const letIn = () => {
  throw new LetIn()
}
const service = new Proxy(letIn, { get: () => letIn })
const services = new Proxy({ log: { error: () => {}, warn: () => {} } } as Partial<Services>, {
  get: (target, name) => Reflect.get(target, name) ?? service,
}) as Services

interface Caller {
  title: string
  scopes: readonly Scope[]
  namespaces: NamespaceGrant
  person: boolean
}

const GRANTS: [string, NamespaceGrant][] = [
  ['every namespace', '*'],
  ['mine', ['mine']],
  ['none', []],
]
const callers: Caller[] = GRANTS.flatMap(([reach, namespaces]) => [
  ...ROLES.map((role) => ({ title: `${role} of ${reach}`, scopes: scopesOfRole[role], namespaces, person: true })),
  ...SCOPES.map((scope) => ({ title: `key for ${scope} on ${reach}`, scopes: [scope], namespaces, person: false })),
  { title: `key without a scope on ${reach}`, scopes: [], namespaces, person: false },
])

function contextOf({ scopes, namespaces, person }: Caller): Context {
  const user: PortalUser = { id: 'u', email: 'u@example.org', name: 'U', role: 'viewer', namespaces }
  const principal = principalOf({ kind: person ? 'user' : 'key', id: 'p', name: 'p' }, scopes, namespaces)
  return createContext({ services, principal, user: person ? user : null })
}

/** The rule, in words of its own and not by `authorize`. */
function mayCall({ scopes, namespaces, person }: Caller, path: string, namespace: string): boolean {
  const expected = EXPECTED[path]
  if (expected === undefined) return false
  if (expected === 'person') return person
  const [scope, reach] = expected
  if (!scopes.includes(scope) && !scopes.includes('admin')) return false
  if (namespaces === '*') return true
  if (reach === 'own') return namespaces.length > 0
  return (reach === 'named' || reach === 'given') && namespaces.includes(namespace)
}

const REFUSALS = ['unauthenticated', 'scope_missing', 'namespace_forbidden']

async function overTrpc({ path, type }: ProcedureFacts, ctx: Context, input: unknown): Promise<string> {
  try {
    const options = { router: appRouter, path, type, ctx, signal: undefined, batchIndex: 0 }
    await callTRPCProcedure({ ...options, getRawInput: async () => input })
    return 'let in'
  } catch (error) {
    const { code, cause } = toAppError(error)
    return code === 'internal' && cause instanceof LetIn ? 'let in' : code
  }
}

async function overRest({ rest }: ProcedureFacts, ctx: Context, input: Record<string, unknown>): Promise<string> {
  if (!rest) return 'no route'
  const url = new URL(
    rest.path.replaceAll(/\{(\w+)\}/g, (_, name) => String(input[name])),
    'http://portal.test',
  )
  const sent =
    rest.method === 'GET' ? {} : { body: JSON.stringify(input), headers: { 'content-type': 'application/json' } }
  if (rest.method === 'GET') url.search = new URLSearchParams(input as Record<string, string>).toString()
  const response = await createRestHandler(async () => ctx)(new Request(url, { method: rest.method, ...sent }))
  const { code } = (await response.json()) as { code: string }
  // A service that was reached threw something that nobody foresaw.
  return code === 'internal' ? 'let in' : code
}

const procedures = listProcedures()

test('every procedure is classified, and as this table says', () => {
  const declared = procedures.map(({ path, access }) => [
    path,
    access === undefined || access.reach === 'person' ? access?.reach : [access.scope, access.reach],
  ])
  expect(Object.fromEntries(declared)).toEqual(EXPECTED)
  expect(Object.keys(INPUTS).sort()).toEqual(Object.keys(EXPECTED).sort())
})

test('the matrix is not empty', () => {
  expect(procedures.length).toBeGreaterThanOrEqual(20)
  expect(callers.length).toBe(27)
  expect(procedures.filter(({ rest }) => rest).length).toBeGreaterThanOrEqual(18)
})

describe.each(procedures.map((procedure) => [procedure.path, procedure] as const))('%s', (path, procedure) => {
  test('nobody is let in without a credential', async () => {
    const nobody = createContext({ services })
    expect(await overTrpc(procedure, nobody, INPUTS[path]?.('mine'))).toBe('unauthenticated')
  })

  test.each(callers)('$title', async (caller) => {
    for (const namespace of ['mine', 'foreign']) {
      const input = INPUTS[path]?.(namespace) ?? {}
      const outcomes = [await overTrpc(procedure, contextOf(caller), input)]
      if (procedure.rest) outcomes.push(await overRest(procedure, contextOf(caller), input))
      for (const outcome of outcomes)
        if (mayCall(caller, path, namespace)) expect([namespace, outcome]).toEqual([namespace, 'let in'])
        else expect(REFUSALS).toContain(outcome)
    }
  })
})

describe.each(['eventRules.create', 'eventRules.update'])('%s of a rule that reaches', (path) => {
  const procedure = procedures.find((candidate) => candidate.path === path)
  const given = (reach: unknown) => ({ ...INPUTS[path]?.('mine'), reach })

  test.each(callers)('everything: $title', async (caller) => {
    if (!procedure) throw new Error(`there is no ${path}`)
    const isAllowed = caller.scopes.includes('admin') && caller.namespaces === '*'
    const outcome = await overTrpc(procedure, contextOf(caller), given('*'))
    if (isAllowed) expect(outcome).toBe('let in')
    else expect(REFUSALS).toContain(outcome)
  })

  test.each(callers)('one namespace too many: $title', async (caller) => {
    if (!procedure) throw new Error(`there is no ${path}`)
    const isAllowed = mayCall(caller, path, 'mine') && mayCall(caller, path, 'foreign')
    const outcome = await overTrpc(procedure, contextOf(caller), given(['mine', 'foreign']))
    if (isAllowed) expect(outcome).toBe('let in')
    else expect(REFUSALS).toContain(outcome)
  })
})
