import type { PortalUser } from '@freshet/api/portal-user'
import { ManualClock } from '@freshet/core/testing/manual-clock'
import { expect, test } from 'vitest'
import { rememberUsers } from './remember-users'

const ada: PortalUser = { id: 'ada', email: 'ada@corp.test', name: 'Ada', role: 'admin', namespaces: '*' }
const away = new Error('timeout exceeded when trying to connect')
const broken = new Error('syntax error')

/** Users whose database gives these answers, one after the other. */
function usersAnswering(...answers: (PortalUser | null | Error)[]) {
  const clock = new ManualClock()
  const findActive = async () => {
    const answer = answers.shift() ?? null
    if (answer instanceof Error) throw answer
    return answer
  }
  return { clock, users: rememberUsers({ findActive, findUserByEmail: findActive }, clock) }
}

test('who was seen lately goes on while the database is away, and no longer than a minute', async () => {
  const { users, clock } = usersAnswering(ada, away, away)
  await users.findActive('ada')
  clock.advance(60_000)
  expect(await users.findActive('ada')).toEqual(ada)
  clock.advance(1)
  await expect(users.findActive('ada')).rejects.toBe(away)
})

test('who was disabled is not remembered', async () => {
  const { users } = usersAnswering(ada, null, away)
  await users.findActive('ada')
  expect(await users.findActive('ada')).toBeNull()
  await expect(users.findActive('ada')).rejects.toBe(away)
})

test('an error of the database itself is no outage', async () => {
  const { users } = usersAnswering(ada, broken)
  await users.findActive('ada')
  await expect(users.findActive('ada')).rejects.toBe(broken)
})
