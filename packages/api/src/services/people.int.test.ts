import { recordFailure } from '@freshet/db/queries/sign-in-throttles'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type ControlPlane, startControlPlane } from '../testing/control-plane.ts'
import { createUpsertOidcUser, type OidcIdentity, OidcRoleMap } from './oidc.ts'

let plane: ControlPlane
beforeAll(async () => {
  plane = await startControlPlane()
})
afterAll(() => plane.stop())
beforeEach(() => plane.db.signInThrottle.deleteMany())

const outcome = (work: Promise<unknown>) =>
  work.then(
    (value) => value,
    ({ code, facts }: { code: string; facts: object }) => ({ code, ...facts }),
  )

describe('sign-in by password', () => {
  const attempt = (email: string, password: string, ip = '192.0.2.1') =>
    outcome(plane.services.verifyPassword({ email, password, ip }))

  test('the right password gives the person, however the address is typed', async () => {
    const ann = await plane.person('operator', ['shop'], 'open sesame')
    expect(await attempt(` ${ann.email.toUpperCase()} `, 'open sesame')).toEqual(
      expect.objectContaining({ id: ann.id, role: 'operator', namespaces: ['shop'] }),
    )
    expect(await plane.db.user.findUnique({ where: { id: ann.id } })).toMatchObject({ signedInAt: expect.any(Date) })
  })

  test('what is given to a session holds no hash', async () => {
    const ann = await plane.person('viewer', '*', 'open sesame')
    expect(JSON.stringify(await attempt(ann.email, 'open sesame'))).not.toContain('scrypt')
  })

  test('a wrong password, an unknown address, a disabled account and one without a password are all the same', async () => {
    const ann = await plane.person('viewer', '*', 'right')
    const bob = await plane.person('viewer')
    const cy = await plane.person('viewer', '*', 'right')
    await plane.db.user.update({ where: { id: cy.id }, data: { disabledAt: new Date() } })
    expect(await attempt(ann.email, 'wrong')).toBeNull()
    expect(await attempt('nobody@example.org', 'wrong')).toBeNull()
    expect(await attempt(bob.email, '')).toBeNull()
    expect(await attempt(cy.email, 'right')).toBeNull()
  })

  test('after five failures from one network not even the right password is looked at there; elsewhere it is', async () => {
    const ann = await plane.person('viewer', '*', 'right')
    for (let i = 0; i < 5; i++) expect(await attempt(ann.email, 'wrong')).toBeNull()
    expect(await attempt(ann.email, 'right')).toMatchObject({ code: 'rate_limited', retryAfterMs: expect.any(Number) })
    expect(await attempt(ann.email, 'right', '198.51.100.7')).toMatchObject({ id: ann.id })
  })

  test('guesses sent all at once are counted all the same', async () => {
    const ann = await plane.person('viewer', '*', 'right')
    await Promise.all(Array.from({ length: 8 }, () => attempt(ann.email, 'wrong')))
    expect(await attempt(ann.email, 'right')).toMatchObject({ code: 'rate_limited' })
  })

  test('addresses of one IPv6 network count as one', async () => {
    const ann = await plane.person('viewer', '*', 'right')
    for (let i = 0; i < 5; i++) await attempt(ann.email, 'wrong', `2001:db8:1:2::${i}`)
    expect(await attempt(ann.email, 'right', '2001:db8:1:2:ffff::1')).toMatchObject({ code: 'rate_limited' })
    expect(await attempt(ann.email, 'right', '2001:db8:1:3::1')).toMatchObject({ id: ann.id })
  })

  test('who guesses at many addresses is stopped, and signing in to an account of their own does not help', async () => {
    const own = await plane.person('viewer', '*', 'own')
    const earlier = Array.from({ length: 49 }, () => recordFailure(plane.db, 'network:192.0.2.9', 60_000))
    await Promise.all(earlier)
    expect(await attempt(own.email, 'own', '192.0.2.9')).toMatchObject({ id: own.id })
    expect(await attempt('victim@example.org', 'guess', '192.0.2.9')).toBeNull()
    expect(await attempt(own.email, 'own', '192.0.2.9')).toMatchObject({ code: 'rate_limited' })
  })

  test('success forgets the failures before it', async () => {
    const ann = await plane.person('viewer', '*', 'right')
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 4; i++) await attempt(ann.email, 'wrong')
      expect(await attempt(ann.email, 'right')).toMatchObject({ id: ann.id })
    }
  })
})

describe('sign-in by OIDC', () => {
  let subjects = 0
  const identity = (more: Partial<OidcIdentity> = {}): OidcIdentity => {
    subjects++
    const email = `sso${subjects}@example.org`
    return {
      issuer: 'https://idp.test',
      subject: `s${subjects}`,
      email,
      emailVerified: true,
      name: 'S',
      groups: [],
      ...more,
    }
  }
  const map = OidcRoleMap.parse({ sre: 'admin', shop: { role: 'operator', namespaces: ['shop'] } })
  const signIn = (who: OidcIdentity, roleMap: OidcRoleMap | null = map) =>
    outcome(createUpsertOidcUser(plane.db, roleMap)(who))

  test('somebody new gets an account with the rights of their groups', async () => {
    expect(await signIn(identity({ groups: ['shop'] }))).toMatchObject({ role: 'operator', namespaces: ['shop'] })
    expect(await signIn(identity())).toMatchObject({ role: 'viewer', namespaces: '*' })
  })

  test('groups count anew at each sign-in, under the same account even if the address changed', async () => {
    const who = identity({ groups: ['sre'] })
    const first = await signIn(who)
    const second = await signIn({ ...who, email: 'renamed@example.org', groups: ['shop'] })
    expect(second).toEqual({ ...(first as object), role: 'operator', namespaces: ['shop'] })
  })

  test('without a role map an admin’s decision outlives the next sign-in', async () => {
    const who = identity()
    const { id } = (await signIn(who, null)) as { id: string }
    await plane.db.user.update({ where: { id }, data: { role: 'admin' } })
    expect(await signIn(who, null)).toMatchObject({ id, role: 'admin' })
  })

  test('an account with the same, verified address becomes theirs', async () => {
    const ann = await plane.person('viewer', '*', 'password')
    expect(await signIn(identity({ email: ann.email }), null)).toMatchObject({ id: ann.id })
  })

  test('an address that the provider does not vouch for, or that is another’s, takes over no account', async () => {
    const ann = await plane.person('admin', '*', 'password')
    expect(await signIn(identity({ email: ann.email, emailVerified: false }))).toMatchObject({
      code: 'unauthenticated',
    })
    await signIn(identity({ email: ann.email }))
    expect(await signIn(identity({ email: ann.email }))).toMatchObject({ code: 'unauthenticated' })
  })

  test('a disabled account stays shut', async () => {
    const who = identity()
    const { id } = (await signIn(who)) as { id: string }
    await plane.db.user.update({ where: { id }, data: { disabledAt: new Date() } })
    expect(await signIn(who)).toMatchObject({ code: 'unauthenticated' })
  })
})
