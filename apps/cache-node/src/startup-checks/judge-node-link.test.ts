import { expect, it } from 'vitest'
import { readEnv } from '../env.ts'
import { judgeNodeLink } from './judge-node-link.ts'

const SECRET = 'a secret for tests, at least 32 characters'
const codesOf = (variables: Record<string, string>) =>
  judgeNodeLink(readEnv({ FRESHET_SECRET: SECRET, ...variables })).map(({ code }) => code)

it('a node that others reach has a certificate, or is told of', () => {
  expect(codesOf({})).toEqual([])
  expect(codesOf({ FRESHET_NODE_HOST: '0.0.0.0' })).toEqual(['node_without_tls'])
  const files = { FRESHET_TLS_CERT_FILE: '/run/tls/tls.crt', FRESHET_TLS_KEY_FILE: '/run/tls/tls.key' }
  expect(codesOf({ FRESHET_NODE_HOST: '0.0.0.0', ...files })).toEqual([])
})
