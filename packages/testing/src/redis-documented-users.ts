import { readFileSync } from 'node:fs'
import path from 'node:path'
import { CHECKOUT } from '@freshet/scripts/platform/checkout'

/**
 * What `ACL SETUSER` is told in docs/deployment.md: what is tested is what is written there.
 * @param nth from 0: the log's server, a second tier of its own, sentinels.
 */
export function documentedUser(nth: 0 | 1 | 2): string {
  const text = readFileSync(path.join(CHECKOUT, 'docs/deployment.md'), 'utf8')
  const user = [...text.matchAll(/^ACL SETUSER (.+)$/gm)][nth]?.[1]
  if (user === undefined) throw new Error(`docs/deployment.md has no ACL SETUSER number ${nth + 1}`)
  return user
}
